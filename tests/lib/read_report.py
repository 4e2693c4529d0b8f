"""Reads an xunit v3 XML report: prints "passed N", "failed N" and a "skip NAME: REASON" line for every skipped test."""

import sys
import xml.etree.ElementTree as ElementTree


def main(path):
    root = ElementTree.parse(path).getroot()
    passed = failed = 0
    skips = []
    for test in root.iter("test"):
        result = test.get("result")
        if result == "Skip":
            reason = " ".join((test.findtext("reason") or "no reason given").split())
            skips.append(f"skip {test.get('name')}: {reason}")
        elif result == "Pass":
            passed += 1
        elif result != "NotRun":
            failed += 1
    # Errors happen outside tests, in fixtures and clean-up; no test would count them.
    failed += sum(int(assembly.get("errors", "0")) for assembly in root.iter("assembly"))
    if passed + failed + len(skips) == 0:
        sys.exit("the report holds no test at all")
    print(f"passed {passed}")
    print(f"failed {failed}")
    for skip in skips:
        print(skip)


main(sys.argv[1])
