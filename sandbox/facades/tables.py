"""Tables of the facades whose own classes derive from heavy library modules.

Invariants: the files that hold those classes are imported when a guest first asks for the facade, so that knowing
which modules have a facade stays cheap.
"""

from __future__ import annotations

from .spec import Spec, because, later, words

_MOCKS = words("AsyncMock MagicMock Mock NonCallableMagicMock NonCallableMock PropertyMock")

SPECS = (
    Spec(
        name="asyncio",
        names=words(
            """ALL_COMPLETED AbstractEventLoop Barrier BoundedSemaphore BrokenBarrierError CancelledError Condition
            Event FIRST_COMPLETED FIRST_EXCEPTION Future Handle IncompleteReadError InvalidStateError LifoQueue
            LimitOverrunError Lock PriorityQueue Queue QueueEmpty QueueFull QueueShutDown Semaphore
            SendfileNotAvailableError TaskGroup Timeout TimeoutError TimerHandle as_completed create_task
            ensure_future gather iscoroutine iscoroutinefunction isfuture shield sleep timeout timeout_at wait
            wait_for"""
        ),
        own=words(
            """EventLoop Runner Task all_tasks current_task get_event_loop get_running_loop new_event_loop run
            set_event_loop set_event_loop_policy to_thread"""
        ),
        bases=words("Queue LifoQueue PriorityQueue Lock Event Semaphore"),
        results=words("futures._GatheringFuture tasks._GatheringFuture"),
        left_out=because(
            system="""*ChildWatcher SubprocessProtocol SubprocessTransport create_subprocess_exec get_child_watcher
                create_subprocess_shell set_child_watcher""",
            network="""AbstractServer BaseProtocol BaseTransport BufferedProtocol DatagramProtocol DatagramTransport
                Protocol ReadTransport Server StreamReader StreamReaderProtocol StreamWriter Transport WriteTransport
                open_connection open_unix_connection start_server start_unix_server""",
            process="AbstractEventLoopPolicy DefaultEventLoopPolicy get_event_loop_policy",
            internals="BaseEventLoop SelectorEventLoop create_eager_task_factory eager_task_factory",
            threads="run_coroutine_threadsafe wrap_future",
        ),
        build=later("loops"),
    ),
    Spec(
        name="unittest",
        names=words("SkipTest"),
        own=words(
            """TestCase TestLoader TestSuite TextTestResult TextTestRunner defaultTestLoader expectedFailure main skip
            skipIf skipUnless"""
        ),
        bases=words("TestCase"),
        left_out=because(
            process="installHandler registerResult removeHandler removeResult addModuleCleanup doModuleCleanups "
            "enterModuleContext",
            files="findTestCases getTestCaseNames makeSuite TestLoader.discover TestLoader.loadTestsFromModule "
            "TestLoader.loadTestsFromName TestLoader.loadTestsFromNames TestLoader.sortTestMethodsUsing "
            "TestLoader.testNamePatterns",
            internals="FunctionTestCase IsolatedAsyncioTestCase TestResult",
        ),
        build=later("testing"),
    ),
    Spec(
        name="unittest.mock",
        names=words("ANY DEFAULT call seal sentinel"),
        own=(*_MOCKS, "patch"),
        settable=dict.fromkeys(_MOCKS, ("*",)),
        left_out=because(compile="create_autospec", process="FILTER_DIR", threads="ThreadingMock", files="mock_open"),
        build=later("testing", "build_mock"),
    ),
    Spec(
        name="doctest",
        names=words(
            """BLANKLINE_MARKER COMPARISON_FLAGS DONT_ACCEPT_BLANKLINE DONT_ACCEPT_TRUE_FOR_1 DocTest DocTestParser
            ELLIPSIS ELLIPSIS_MARKER Example FAIL_FAST IGNORE_EXCEPTION_DETAIL NORMALIZE_WHITESPACE OutputChecker
            REPORTING_FLAGS REPORT_CDIFF REPORT_NDIFF REPORT_ONLY_FIRST_FAILURE REPORT_UDIFF SKIP TestResults"""
        ),
        own=words("DocTestFinder DocTestRunner run_docstring_examples testmod"),
        bases=words("OutputChecker"),
        settable={"DocTestRunner": words("optionflags")},
        left_out=because(
            files="DocFileCase DocFileSuite DocFileTest testfile testsource script_from_examples",
            process="OPTIONFLAGS_BY_NAME register_optionflag set_unittest_reportflags",
            compile="DebugRunner DocTestFailure DocTestSuite UnexpectedException debug debug_src",
            undocumented="master",
        ),
        build=later("examples"),
    ),
    Spec(
        name="sqlite3",
        names=words(
            """Binary Blob Cursor DataError DatabaseError Date DateFromTicks Error IntegrityError InterfaceError
            InternalError NotSupportedError OperationalError PARSE_COLNAMES PARSE_DECLTYPES ProgrammingError Row Time
            TimeFromTicks Timestamp TimestampFromTicks Warning apilevel complete_statement paramstyle register_adapter
            register_converter sqlite_version
            sqlite_version_info threadsafety LEGACY_TRANSACTION_CONTROL"""
        ),
        constants=words("SQLITE_"),
        own=words("Connection connect"),
        bases=words("Row"),
        settable={
            "Connection": words("row_factory text_factory isolation_level autocommit"),
            "Cursor": words("row_factory arraysize"),
        },
        left_out=because(
            process="adapt adapters converters enable_callback_tracebacks enable_shared_cache",
            undocumented="PrepareProtocol",
            old="version version_info",
        ),
        build=later("database"),
    ),
    Spec(name="concurrent", real=""),
    Spec(
        name="concurrent.futures",
        names=words(
            """ALL_COMPLETED BrokenExecutor CancelledError Executor FIRST_COMPLETED FIRST_EXCEPTION InvalidStateError
            TimeoutError"""
        ),
        own=words("Future ProcessPoolExecutor ThreadPoolExecutor as_completed wait"),
        bases=words("Executor"),
        build=later("workers", "build_futures"),
    ),
    Spec(
        name="queue",
        names=words("Empty Full ShutDown"),
        own=words("LifoQueue PriorityQueue Queue"),
        left_out=because(threads="SimpleQueue"),
        bases=words("LifoQueue PriorityQueue Queue"),
        build=later("workers", "build_queue"),
    ),
    Spec(
        name="logging",
        names=words(
            """BASIC_FORMAT CRITICAL DEBUG ERROR FATAL Filter INFO LogRecord LoggerAdapter NOTSET WARN WARNING
            raiseExceptions"""
        ),
        own=words(
            """FileHandler Formatter Handler Logger NullHandler StreamHandler addLevelName basicConfig critical debug
            disable error exception fatal getLevelName getLevelNamesMapping getLogger info log root shutdown warn
            warning"""
        ),
        bases=words("FileHandler Filter Formatter Handler LoggerAdapter NullHandler StreamHandler"),
        settable={
            "Logger": words("propagate disabled level"),
            "Handler": words("level formatter terminator stream"),
            "Formatter": words("datefmt converter default_msec_format default_time_format"),
            "LogRecord": words("msg args levelname message name"),
        },
        left_out=because(
            process="captureWarnings getLogRecordFactory getLoggerClass lastResort setLogRecordFactory setLoggerClass",
            internals="BufferingFormatter makeLogRecord getHandlerByName getHandlerNames",
        ),
        build=later("log"),
    ),
)
