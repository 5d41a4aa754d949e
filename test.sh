#!/usr/bin/env bash
# Restores, builds, checks the format and runs every test. Needs the .NET 10 SDK; everything else comes from NuGet, npm and Debian.
# Tests that set the clock need the Debian package faketime, those of the alert rules prometheus, those of the store in PostgreSQL postgresql and pgbouncer: they are fetched where
# that is possible, else what needs them is skipped and says so.
# The last line is "N passed, N failed, N skipped", counted from the result files; the exit code is not 0 when anything failed.
#
#   ./test.sh                         all of it
#   ./test.sh --filter-class '*Seed*' only some tests (whatever is given goes to the test runner)
set -euo pipefail
# Tests interrupt the program as Ctrl-C does. A shell that was started in the background hands down an ignored SIGINT; this takes that back.
if [[ -z "${SIGNALS_RESET:-}" ]] && env --default-signal=INT true 2>/dev/null; then
  SIGNALS_RESET=1 exec env --default-signal=INT bash "${BASH_SOURCE[0]}" "$@"
fi
cd "$(dirname "${BASH_SOURCE[0]}")"
exec </dev/null

# Build nodes that outlive the script would hold its output open.
export MSBUILDDISABLENODEREUSE=1
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 TESTINGPLATFORM_TELEMETRY_OPTOUT=1

if ! command -v dotnet >/dev/null; then
  echo "test.sh: the .NET SDK is not installed (or not on PATH). global.json names the version: https://dot.net/download" >&2
  exit 1
fi

if ! command -v faketime >/dev/null && command -v apt-get >/dev/null && [[ $EUID -eq 0 ]]; then
  echo "== install faketime"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq faketime; } >/dev/null 2>&1 \
    || echo "test.sh: faketime cannot be installed; tests that set the clock are skipped." >&2
fi

# Prometheus, to check the alert rules and to scrape the program. Unpacked rather than installed: the package starts its server.
export PATH="$PWD/.tools/prometheus/usr/bin:$PATH"
if ! command -v promtool >/dev/null && command -v apt-get >/dev/null; then
  echo "== unpack prometheus"
  mkdir -p .tools/prometheus
  { [[ $EUID -ne 0 ]] || apt-get update -qq; (cd .tools/prometheus && apt-get download -qq prometheus && dpkg -x prometheus_*.deb . && rm prometheus_*.deb); } >/dev/null 2>&1 \
    || echo "test.sh: prometheus cannot be had; tests that need it are skipped." >&2
fi

# PostgreSQL and PgBouncer, of which the tests start their own servers: no cluster of the package's.
if { [[ ! -d /usr/lib/postgresql ]] || ! command -v pgbouncer >/dev/null; } && command -v apt-get >/dev/null && [[ $EUID -eq 0 ]]; then
  echo "== install postgresql and pgbouncer"
  mkdir -p /etc/postgresql-common
  [[ -e /etc/postgresql-common/createcluster.conf ]] || echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql pgbouncer; } >/dev/null 2>&1 \
    || echo "test.sh: PostgreSQL or PgBouncer cannot be installed; tests that need them are skipped." >&2
fi

# A server that speaks SQS, for the tests of queues on AWS.
if ! command -v npm >/dev/null && command -v apt-get >/dev/null && [[ $EUID -eq 0 ]]; then
  echo "== install nodejs and npm"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq nodejs npm; } >/dev/null 2>&1 || true
fi
if ! (cd tests/sqs-server && npm ci --silent) >/dev/null 2>&1; then
  echo "test.sh: the SQS server of the tests cannot be installed (npm); tests that need it are skipped." >&2
fi

projects=(InfluencerAnalytics.Tests InfluencerAnalytics.ContractTests InfluencerAnalytics.HostTests)
results="$PWD/TestResults"
rm -rf "$results"
mkdir -p "$results"

echo "== restore"
dotnet restore --locked-mode
echo "== build"
dotnet build --no-restore -c Release -warnaserror
echo "== format"
# The build enforces the rules of code and style, and a test those that no build can. What is left, line ends, encodings, the end of a file, needs no second compilation.
dotnet format whitespace --folder --verify-no-changes

# The count that an attribute of the <assembly> element holds: <assembly … passed="3" failed="0" …>.
count() {
  grep -o '<assembly [^>]*' "$1" | grep -o " $2=\"[0-9]*\"" | grep -o '[0-9]*' | awk '{ n += $1 } END { print n + 0 }'
}

# With a filter, a project may well have none of the tests (exit code 8); without one, no tests means that something is wrong.
filter=()
(( $# == 0 )) || filter=("$@" --ignore-exit-code 8)

broken=0 passed=0 failed=0 skipped=0
for project in "${projects[@]}"; do
  echo "== test $project"
  file="$results/$project.xml"
  # A failure must not stop the other projects: it is remembered, and told at the end.
  dotnet test --project "tests/$project/$project.csproj" -c Release --no-build --timeout 40m \
    --results-directory "$results" --report-xunit-xml --report-xunit-xml-filename "$project.xml" "${filter[@]}" || broken=1
  if [[ ! -s "$file" ]]; then
    echo "test.sh: $project wrote no result file, so it did not run to its end." >&2
    broken=1
    continue
  fi
  ran=$(count "$file" total)
  if (( ran == 0 && $# == 0 )); then
    echo "test.sh: $project ran no tests." >&2
    broken=1
  fi
  passed=$(( passed + $(count "$file" passed) ))
  # An error outside a test (a fixture that throws, say) is a failure too.
  failed=$(( failed + $(count "$file" failed) + $(count "$file" errors) ))
  skipped=$(( skipped + $(count "$file" skipped) ))
done

# What failed is told once more at the end, where a log that was cut short still shows it.
if (( failed != 0 )); then
  echo "== failed"
  awk -v RS='<test ' '/^[^>]* result="Fail"/ {
    match($0, / name="[^"]*"/); name = substr($0, RSTART + 7, RLENGTH - 8)
    match($0, /<message>.*<\/message>/); message = substr($0, RSTART + 9, RLENGTH - 19)
    gsub(/<!\[CDATA\[|\]\]>/, "", message); gsub(/\n/, "\n    ", message)
    print name "\n    " substr(message, 1, 1000)
  }' "$results"/*.xml
fi

if (( broken != 0 || failed != 0 || passed == 0 )); then
  echo "test.sh: failed (or ran nothing), see above." >&2
  status=1
else
  status=0
fi
echo "$passed passed, $failed failed, $skipped skipped"
exit "$status"
