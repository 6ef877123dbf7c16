#!/usr/bin/env bash
# Tests against a real server: builds Ollama v0.6.5 (the newest version whose Go
# module holds its C++ sources) with cgo, runs it on loopback, and runs the tests
# that want a real server. Needs Go, gcc and g++, downloads through the Go module
# proxy only, and takes two to six minutes the first time, on two cores.
#
#   run.sh          build, run, test, stop
#   run.sh serve    build and run until Ctrl-C; prints the URL
#
# OLLAMA_SCRATCH is the folder for the program, its home and its models; it is
# kept for the next time.
set -euo pipefail
cd "$(dirname "$0")/../../../.."

scratch=${OLLAMA_SCRATCH:-${XDG_CACHE_HOME:-$HOME/.cache}/openai-explain-ollama}
version=v0.6.5
mkdir -p "$scratch/home" "$scratch/models"
if ! [ -x "$scratch/bin/ollama" ]; then
  echo "building Ollama $version into $scratch/bin" >&2
  GOBIN="$scratch/bin" CGO_ENABLED=1 GOFLAGS= nice go install "github.com/ollama/ollama@$version"
fi

port=${OLLAMA_PORT:-}
if [ -z "$port" ]; then # a free one
  for port in $(shuf -i 20000-32000 -n 20); do
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  done
fi
url="http://127.0.0.1:$port/v1"

HOME="$scratch/home" OLLAMA_HOST="127.0.0.1:$port" OLLAMA_MODELS="$scratch/models" OLLAMA_NUM_PARALLEL=1 \
  "$scratch/bin/ollama" serve >"$scratch/server.log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null; wait "$server" 2>/dev/null || true' EXIT
for _ in $(seq 100); do
  if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then break; fi
  kill -0 "$server" || { cat "$scratch/server.log" >&2; exit 1; }
  sleep 0.1
done

if [ "${1:-}" = serve ]; then
  echo "TEST_LLM_URL=$url"
  wait "$server"
  exit
fi
TEST_LLM_URL="$url" go test -count=1 -timeout 30m -v -run RealServer "$@" ./bot/llm ./cmd/openai-explain
