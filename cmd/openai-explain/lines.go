package main

import (
	"bufio"
	"errors"
	"io"
	"iter"
)

// maxLine is how much of a line is kept: more than a question that is looked at
// whole, so that a longer one is still answered with the notice that it was cut.
const maxLine = 256 << 10

// lines yields the lines of r without their ends. Of a line over maxLine bytes
// the beginning is yielded and the rest is read past, so that memory is bounded.
func lines(r io.Reader) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		in := bufio.NewReaderSize(r, 64<<10)
		for {
			line, err := readLine(in)
			if errors.Is(err, io.EOF) {
				if line != "" {
					yield(line, nil)
				}
				return
			}
			if !yield(line, err) || err != nil {
				return
			}
		}
	}
}

func readLine(in *bufio.Reader) (string, error) {
	var line []byte
	for {
		part, more, err := in.ReadLine()
		if room := maxLine - len(line); room > 0 {
			line = append(line, part[:min(room, len(part))]...)
		}
		if err != nil || !more {
			return string(line), err
		}
	}
}
