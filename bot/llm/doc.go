// Package llm talks to a language model behind an OpenAI-compatible endpoint
// that the operator runs: Ollama, llama-server, vLLM and their like.
//
// It guarantees that nothing an endpoint does looks like success when it is
// not. [Client.Generate] ends in nil only after the endpoint has said
// finish_reason "stop"; a cut stream, an error in the middle of it, a login
// page, an endless loop, a prompt that was silently shortened and an answer
// that is all thought each end in an error of their own (see errors.go).
// Reasoning is never handed on. Time, memory, the number of requests at once and
// the number of attempts are bounded.
//
// It does not know what a claim or a citation is, does not judge whether a text
// is true, and keeps nothing of what it sends or receives. Text that was handed
// on before an error is the caller's to discard.
//
// The requests are made by go-openai. Between it and the network stands our own
// transport, because that library takes eight kinds of broken stream for a
// finished one and drops a temperature of 0.
package llm
