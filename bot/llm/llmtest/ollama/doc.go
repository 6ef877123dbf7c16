// Package ollama gives models that we wrote ourselves (package gguf) to a real
// Ollama, so that tests can talk to a real server.
//
// It starts no server: run.sh beside this file builds Ollama v0.6.5 through the
// Go module proxy, runs it on loopback with a home folder of its own, and runs
// the tests with TEST_LLM_URL set (make test-llm). Without TEST_LLM_URL those
// tests are skipped. To use a server that is there already:
//
//	TEST_LLM_URL=http://127.0.0.1:11434/v1 go test -run RealServer ./bot/llm ./cmd/openai-explain
//
// The models it makes there are named test-…, and stay.
package ollama
