# want.sh: what tests of commands share; read by them, with `name` set. Makes $folder, which goes at the end.
folder=$(mktemp -d "${TMPDIR:-/tmp}/xiezhi-$name-XXXXXX")
trap 'rm -rf "$folder"' EXIT
passed=0 failed=0

# want CODE TEXT COMMAND...: ends with CODE and says TEXT somewhere.
want() {
    code=$1 text=$2
    shift 2
    "$@" >"$folder/out" 2>&1
    got=$?
    if [ "$got" = "$code" ] && grep -qF -- "$text" "$folder/out"; then
        passed=$((passed + 1))
        return
    fi
    failed=$((failed + 1))
    echo "$*: exit $got, wanted $code and “$text”"
    cut -c1-600 "$folder/out" | sed 's/^/    /'
}

# finish: how many passed; ends the test.
finish() {
    echo "[  PASSED  ] $passed test(s)."
    [ "$failed" = 0 ] || echo "[  FAILED  ] $failed test(s), listed below:"
    [ "$failed" = 0 ]
}
