package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/openai-explain/openai-explain/bot"
)

// secretFiles reads a secret from the file that NAME_FILE names, for every
// option that is a secret, as container orchestrators hand them out.
type secretFiles struct{}

// maxSecret is far above any token; a larger file is the wrong one.
const maxSecret = 64 << 10

// Validate implements kong.Resolver.
func (secretFiles) Validate(*kong.Application) error { return nil }

// Resolve implements kong.Resolver.
func (secretFiles) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if flag.Target.Type() != reflect.TypeFor[bot.Secret]() {
		return nil, nil
	}
	for _, name := range flag.Envs {
		file := os.Getenv(name + "_FILE")
		if file == "" {
			continue
		}
		if os.Getenv(name) != "" {
			return nil, fmt.Errorf("both %s and %s_FILE are set: keep one", name, name)
		}
		return readSecret(name, file)
	}
	return nil, nil
}

func readSecret(name, file string) (any, error) {
	info, err := os.Stat(file)
	if err != nil {
		var path *fs.PathError
		if errors.As(err, &path) {
			err = path.Err
		}
		return nil, fmt.Errorf("read the file that %s_FILE names, %s: %w", name, file, err)
	}
	if info.Size() > maxSecret || info.IsDir() {
		return nil, fmt.Errorf("%s_FILE names %s, which is not a file with a token in it", name, file)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the file that %s_FILE names: %w", name, err)
	}
	value := strings.TrimSpace(string(b))
	if value == "" {
		return nil, fmt.Errorf("%s_FILE names %s, which is empty", name, file)
	}
	return value, nil
}

// misspelt looks for variables that are nearly the name of an option, which
// would otherwise be ignored without a word.
func misspelt(environ []string, app *kong.Application) error {
	known := variables(app)
	for _, pair := range environ {
		name, _, _ := strings.Cut(pair, "=")
		if slices.Contains(known, name) || !strings.Contains(name, "_") {
			continue
		}
		for _, k := range known {
			if near(name, k) {
				return usage("environment variable %s is not an option: did you mean %s?", name, k)
			}
		}
	}
	return nil
}

// unsetEmpty makes an empty variable the same as none: files of variables list
// options that are not used with nothing behind the equals sign.
func unsetEmpty(app *kong.Application) error {
	for _, name := range variables(app) {
		if value, ok := os.LookupEnv(name); ok && strings.TrimSpace(value) == "" {
			if err := os.Unsetenv(name); err != nil {
				return fmt.Errorf("unset the empty variable %s: %w", name, err)
			}
		}
	}
	return nil
}

// variables are the names of all environment variables that mean something.
func variables(app *kong.Application) []string {
	var names []string
	var walk func(*kong.Node)
	walk = func(n *kong.Node) {
		for _, f := range n.Flags {
			names = append(names, f.Envs...)
			if f.Target.Type() == reflect.TypeFor[bot.Secret]() {
				for _, e := range f.Envs {
					names = append(names, e+"_FILE")
				}
			}
		}
		for _, c := range n.Children {
			walk(c)
		}
	}
	walk(app.Node)
	slices.Sort(names)
	return slices.Compact(names)
}

// near reports whether one letter more, less, other or swapped with its
// neighbour makes b of a. Short names are too like each other to judge.
func near(a, b string) bool {
	if len(a) < 7 || len(a) > len(b)+1 || len(b) > len(a)+1 {
		return false
	}
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	j := 0
	for j < len(a)-i && j < len(b)-i && a[len(a)-1-j] == b[len(b)-1-j] {
		j++
	}
	x, y := a[i:len(a)-j], b[i:len(b)-j]
	if len(x) <= 1 && len(y) <= 1 {
		return true
	}
	return len(x) == 2 && len(y) == 2 && x[0] == y[1] && x[1] == y[0]
}
