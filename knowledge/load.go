package knowledge

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Limits of a folder of entries. A file of a person's own writing is rarely
// above 20 KB; the limits keep a wrong folder from filling the memory.
const (
	MaxFileBytes  = 1 << 20   // one file
	MaxFiles      = 10_000    // files of a folder that are read
	MaxTotalBytes = 256 << 20 // all files of a folder together
)

// AliasFile is the name of the file with rows of words that mean the same.
const AliasFile = "aliases.txt"

// Load reads every Markdown file below the root of fsys, and every file named
// [AliasFile]. README files, and files and folders that begin with a full stop
// are left alone; a link to a file is followed, a link to a folder is not.
//
// Entries are in the order of their folders, in a folder by section ("Q2"
// before "Q10", those without one last), and then by the file's name.
//
// It never fails: what is wrong is in the problems, by file and line. An entry
// with an [Error] is left out, and the rest is loaded.
func Load(fsys fs.FS) (*Library, []Problem) {
	return load(fsys, MaxTotalBytes)
}

func load(fsys fs.FS, maxTotal int64) (*Library, []Problem) {
	l := &loader{fsys: fsys, maxTotal: maxTotal}
	// The walk function reports errors as problems and never returns them.
	_ = fs.WalkDir(fsys, ".", l.visit)
	if l.files == 0 && len(l.problems) == 0 {
		l.problem(".", "no-entries")
	}
	slices.SortStableFunc(l.parsed, inOrder)
	kept, problems := l.check()
	problems = append(l.problems, problems...)
	problems = sortProblems(problems)
	return NewLibrary(kept, l.aliases), problems
}

// loader reads one folder.
type loader struct {
	fsys     fs.FS
	maxTotal int64
	files    int
	bytes    int64
	parsed   []*fileParser
	aliases  [][]string
	problems []Problem
}

func (l *loader) problem(file string, code string, args ...any) {
	l.problems = append(l.problems, newProblem(file, 0, code, args...))
}

// visit looks at one file or folder.
func (l *loader) visit(name string, d fs.DirEntry, err error) error {
	hidden := strings.HasPrefix(path.Base(name), ".") && name != "."
	switch {
	case err != nil:
		l.problem(name, "unreadable", reason(err))
		if d != nil && d.IsDir() {
			return fs.SkipDir
		}
		return nil
	case hidden && d.IsDir():
		return fs.SkipDir
	case hidden || d.IsDir():
		return nil
	}
	switch kind := kindOf(name); kind {
	case notOurs:
		if d.Type()&fs.ModeSymlink != 0 {
			if info, err := fs.Stat(l.fsys, name); err == nil && info.IsDir() {
				l.problem(name, "linked-folder")
			}
		}
	case misnamed:
		l.problem(name, "misnamed")
	default:
		if l.files++; l.files > MaxFiles {
			l.problem(name, "files", MaxFiles)
			return fs.SkipAll
		}
		return l.file(name, kind)
	}
	return nil
}

// kind says what a file is by its name.
type kind int

const (
	notOurs kind = iota
	markdownFile
	aliasFile
	misnamed // as Windows' Notepad names it: entry.md.txt
)

func kindOf(name string) kind {
	base := strings.ToLower(path.Base(name))
	ext := path.Ext(base)
	switch {
	case base == AliasFile:
		return aliasFile
	case strings.HasSuffix(base, ".md.txt"):
		return misnamed
	case ext != ".md" && ext != ".markdown":
		return notOurs
	case base == "readme"+ext || strings.HasPrefix(base, "readme."):
		return notOurs
	}
	return markdownFile
}

// file reads one file.
func (l *loader) file(name string, kind kind) error {
	data, ok := l.read(name)
	if !ok {
		return nil
	}
	if l.bytes += int64(len(data)); l.bytes > l.maxTotal {
		l.problem(name, "total", l.maxTotal>>20)
		return fs.SkipAll
	}
	if kind == aliasFile {
		rows, problems := parseAliases(name, data)
		l.aliases = append(l.aliases, rows...)
		l.problems = append(l.problems, problems...)
		return nil
	}
	p := parseFile(name, data)
	p.source, p.parts, p.starts = nil, nil, nil
	l.parsed = append(l.parsed, p)
	return nil
}

// read returns the bytes of a regular file within the limit.
func (l *loader) read(name string) ([]byte, bool) {
	info, err := fs.Stat(l.fsys, name)
	switch {
	case err != nil:
		l.problem(name, "unreadable", reason(err))
		return nil, false
	case !info.Mode().IsRegular(): // a named pipe would never end
		l.problem(name, "not-a-file")
		return nil, false
	case info.Size() > MaxFileBytes:
		l.problem(name, "file-large", MaxFileBytes>>10)
		return nil, false
	}
	f, err := l.fsys.Open(name)
	if err != nil {
		l.problem(name, "unreadable", reason(err))
		return nil, false
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, MaxFileBytes+1))
	if err != nil {
		l.problem(name, "unreadable", reason(err))
		return nil, false
	}
	return data, true
}

// reason is what the system says about an error, without the path.
func reason(err error) string {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	}
	return err.Error()
}

// inOrder is the order of entries that Load promises.
func inOrder(a, b *fileParser) int {
	s, t := a.matter.section, b.matter.section
	return cmp.Or(
		strings.Compare(path.Dir(a.file), path.Dir(b.file)),
		-cmp.Compare(min(len(s), 1), min(len(t), 1)),
		naturally(s, t),
		strings.Compare(a.file, b.file))
}

// naturally compares texts with the numbers in them as numbers.
func naturally(a, b string) int {
	number := func(s string) (int, string) {
		end := 0
		for end < len(s) && end < 9 && '0' <= s[end] && s[end] <= '9' {
			end++
		}
		n, err := strconv.Atoi(s[:end])
		if err != nil {
			return -1, s
		}
		return n, s[end:]
	}
	for a != "" && b != "" {
		n, restA := number(a)
		m, restB := number(b)
		if n < 0 || m < 0 {
			restA, restB = a[1:], b[1:]
			n, m = int(a[0]), int(b[0])
		}
		if n != m {
			return cmp.Compare(n, m)
		}
		a, b = restA, restB
	}
	return cmp.Compare(len(a), len(b))
}

// check looks at the entries together.
func (l *loader) check() ([]*Entry, []Problem) {
	var problems []Problem
	c := newChecker()
	var kept []*Entry
	for _, p := range l.parsed {
		problems = append(problems, p.problems...)
		if p.entry == nil {
			continue
		}
		found := c.add(p.entry, p.at)
		problems = append(problems, found...)
		if !HasErrors(found) {
			kept = append(kept, p.entry)
		}
	}
	return kept, problems
}
