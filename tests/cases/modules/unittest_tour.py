import re
import unittest, sys, io
log = []
def setUpModule(): log.append("setUpModule")
def tearDownModule(): log.append("tearDownModule")
class Base(unittest.TestCase):
    @classmethod
    def setUpClass(cls): log.append("setUpClass " + cls.__name__)
    @classmethod
    def tearDownClass(cls): log.append("tearDownClass " + cls.__name__)
    def setUp(self): self.addCleanup(log.append, "cleanup")
    def test_a(self):
        """Docs of a."""
        for k in range(4):
            with self.subTest(k=k, msg="m"): self.assertNotEqual(k % 3, 2)
    @unittest.skip("reason") 
    def test_skip(self): pass
    @unittest.skipIf(True, "if")
    def test_if(self): pass
    @unittest.skipUnless(True, "unless")
    def test_unless(self): self.skipTest("in it")
    @unittest.expectedFailure
    def test_expected(self): self.fail("x")
    @unittest.expectedFailure
    def test_unexpected(self): pass
    def test_asserts(self):
        self.assertEqual([1,2],[1,2]); self.assertTrue(1); self.assertFalse(0); self.assertIs(1,1); self.assertIsNot(1,2)
        self.assertIsNone(None); self.assertIsNotNone(1); self.assertIn(1,[1]); self.assertNotIn(1,[2])
        self.assertIsInstance(1,int); self.assertNotIsInstance(1,str); self.assertAlmostEqual(1.0,1.00000001); self.assertNotAlmostEqual(1,2)
        self.assertGreater(2,1); self.assertGreaterEqual(2,2); self.assertLess(1,2); self.assertLessEqual(1,1)
        self.assertRegex("abc","b"); self.assertNotRegex("abc","z"); self.assertCountEqual([1,2],[2,1])
        self.assertDictEqual({1:1},{1:1}); self.assertListEqual([],[]); self.assertTupleEqual((),()); self.assertSetEqual(set(),set()); self.assertSequenceEqual([1],(1,)); self.assertMultiLineEqual("a","a")
        with self.assertRaises(ValueError) as cm: int("x")
        print(cm.exception)
        with self.assertRaisesRegex(ValueError, "invalid"): int("x")
        self.assertRaises(ZeroDivisionError, lambda: 1/0)
        self.enterContext(io.StringIO()) if hasattr(self, "enterContext") else None
    def test_messages(self):
        for f in (lambda: self.assertEqual([1,2,3],[1,2,4]), lambda: self.assertEqual("a\nb","a\nc"), lambda: self.assertEqual({"a":1},{"a":2}), lambda: self.assertIn(1,[2]), lambda: self.assertTrue(0,"msg"), lambda: self.assertRaises(ValueError, int), lambda: self.assertCountEqual([1],[2]), lambda: self.assertAlmostEqual(1,2,places=3), lambda: self.assertGreater(1,2), lambda: self.assertRegex("a","b"), lambda: self.assertIsInstance(1,str), lambda: self.assertSetEqual({1},{2})):
            try: f()
            except self.failureException as e: print(e)
            except TypeError as e: print("TypeError", e)
    def test_fails(self): self.assertEqual(1, 2, "why")
    def test_error(self): {}["k"]
class Broken(unittest.TestCase):
    @classmethod
    def setUpClass(cls): raise RuntimeError("no")
    def test_x(self): pass
@unittest.skip("whole")
class Skipped(unittest.TestCase):
    def test_y(self): pass
out = io.StringIO()
suite = unittest.TestSuite()
for c in (Base, Broken, Skipped):
    suite.addTests(unittest.defaultTestLoader.loadTestsFromTestCase(c))
r = unittest.TextTestRunner(stream=out, verbosity=2).run(suite)
print(re.sub(r"in [\d.]+s", "in 0s", out.getvalue()))
print(r, r.testsRun, len(r.failures), len(r.errors), len(r.skipped), len(r.expectedFailures), len(r.unexpectedSuccesses), r.wasSuccessful())
print(log)
