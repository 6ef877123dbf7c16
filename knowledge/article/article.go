// Package article holds the built-in entries: what a newspaper column says
// about open-source AI, in an introduction and five questions, told in the
// project's own words, in Korean and English.
//
// It is only the files; package knowledge reads them.
package article

import "embed"

// FS has the entries and their aliases at its root.
//
//go:embed *.md aliases.txt
var FS embed.FS
