package knowledge_test

import (
	"io/fs"
	"testing/fstest"
)

// oneFile is a folder with one file in it.
func oneFile(name string, data []byte) fs.FS {
	return fstest.MapFS{name: {Data: data}}
}
