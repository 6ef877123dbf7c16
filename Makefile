# Shortcuts; nothing here is needed to build or to test.
.PHONY: build test test-llm ci

build: ## a static binary in dist/
	CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o dist/openai-explain ./cmd/openai-explain

test:
	go test ./...

test-llm: ## against a real Ollama with models of our own making; needs gcc and g++, builds it once
	bot/llm/llmtest/ollama/run.sh

ci:
	bash .ci/run
