// Package gguf makes tiny language models and writes them as GGUF files, the
// format that llama.cpp and everything built on it (Ollama, LM Studio) loads.
// With them a real server can be tested without anybody's weights:
//
//   - [Random] has random weights: it talks gibberish, 0.5 MB.
//   - [Script] says exactly what it was told to after the prompt's last line
//     break: an answer, one of two answers with known odds, a thought in tags, an
//     endless loop; 1 to 6 MB.
//
// It guarantees that the same arguments give the same bytes. It is for tests: it
// imports nothing of ours, reads no file, and its models are of the llama
// architecture with 32-bit floats only.
//
// # How a scripted model works
//
// Each token's embedding is a vector with a single 1, and attention and
// feed-forward network add nothing (their output weights are 0), so the output
// matrix is a table: row j, column i is how likely token j is after token i. The
// text is cut into tokens that occur only once, each leads to the next, and the
// last to the end of the text. Whatever else was read leads to the end at once;
// a line break, with which a chat template ends, leads to the beginning.
package gguf
