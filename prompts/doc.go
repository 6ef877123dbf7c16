// Package prompts is every sentence the program says, in Korean and English: to
// a person, and to a model. One typed function each; what they say stands in
// text files under ko/ and en/, which an operator can override from a folder.
//
// The package decides nothing: which sentence is said, and in which language, is
// its caller's choice. No secret is ever put into a prompt.
package prompts
