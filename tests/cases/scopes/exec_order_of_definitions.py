def main():
    return helper() + 1
def helper():
    return 41
main()
