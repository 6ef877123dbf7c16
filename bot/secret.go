package bot

import "log/slog"

// Secret is a token or a password. Whatever prints it prints "[redacted]":
// %v, %q, %#v, JSON, slog. [Secret.Reveal] is the only way to its value.
type Secret string

const redacted = "[redacted]"

// Reveal returns the value, for the one request that needs it.
func (s Secret) Reveal() string { return string(s) }

// String implements fmt.Stringer.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return redacted
}

// GoString implements fmt.GoStringer.
func (s Secret) GoString() string { return `bot.Secret("` + s.String() + `")` }

// MarshalText implements encoding.TextMarshaler, and with it JSON.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue implements slog.LogValuer.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
