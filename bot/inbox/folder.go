package inbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// errLocked is returned by lockFile for a file that another process has locked.
var errLocked = errors.New("locked")

// lockFolder makes dir and takes the lock on it, which the operating system
// gives back when the process ends, however it ends. Two brokers on one folder
// both start, both acknowledge, and overwrite each other's records.
func lockFolder(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open inbox: make the data folder: %w", err)
	}
	name := filepath.Join(dir, "lock")
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open inbox: lock the data folder: %w", err)
	}
	if err := lockFile(f); err != nil {
		pid := holder(f)
		f.Close()
		if errors.Is(err, errLocked) {
			return nil, fmt.Errorf("open inbox: the data folder %s is in use by another process%s; stop it, or give this one a folder of its own", dir, pid)
		}
		return nil, fmt.Errorf("open inbox: lock the data folder %s: %w", dir, err)
	}
	if err := f.Truncate(0); err == nil {
		_, _ = f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0) // only for the message above
	}
	return f, nil
}

// holder is " (PID 123)" where the lock file says who holds it.
func holder(f *os.File) string {
	b := make([]byte, 32)
	n, _ := f.ReadAt(b, 0)
	pid, err := strconv.Atoi(strings.TrimSpace(string(b[:n])))
	if err != nil {
		return ""
	}
	return fmt.Sprintf(" (PID %d)", pid)
}

// writeFile replaces dir/name by v as JSON: after a crash the old or the new
// file is there, whole.
func writeFile(dir, name string, v any) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("write %s: %w", name, err)
		}
	}()
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, "."+name+"-")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(append(data, '\n'))
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), filepath.Join(dir, name)); err != nil {
		return err
	}
	return syncFolder(dir)
}

// readFile reads what writeFile wrote, and reports whether the file is there.
func readFile(dir, name string, v any) (bool, error) {
	data, err := os.ReadFile(filepath.Join(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err == nil {
		err = json.Unmarshal(data, v)
	}
	if err != nil {
		return false, fmt.Errorf("read %s: %w", filepath.Join(dir, name), err)
	}
	return true, nil
}

// folderSize is the size of all files below dir, in bytes; 0 where there is none.
func folderSize(dir string) int64 {
	var size int64
	_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil // files come and go while the broker runs: this is an estimate
		}
		if info, err := d.Info(); err == nil {
			size += info.Size()
		}
		return nil
	})
	return size
}

// Lock takes the lock on a data folder, for a program that moves it. It fails
// where a process uses the folder, and where there is none.
func Lock(dir string) (free func(), err error) {
	if _, err := os.Stat(dir); err != nil {
		return nil, fmt.Errorf("lock the data folder: %w", err)
	}
	f, err := lockFolder(dir)
	if err != nil {
		return nil, err
	}
	return func() { _ = f.Close() }, nil
}
