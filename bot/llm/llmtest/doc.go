// Package llmtest is a fake OpenAI-compatible endpoint on the loopback
// interface, for tests and demonstrations: chat completions, streamed and not,
// embeddings and the list of models, with scripted answers and with faults by
// name (see [Faults]).
//
// It records every request. It stands in for somebody else's server: it imports
// nothing of ours, and what it sends has the shapes that Ollama and llama-server
// were seen to send. It checks no key and is no model.
//
// Two packages beside it are for tests against a real server: gguf writes tiny
// models, ollama hands them to an Ollama; make test-llm runs those tests.
package llmtest
