package inbox

import (
	"errors"
	"log/slog"
	"time"
)

// Defaults of [Config]. Where a number was measured, bot/inbox's benchmarks
// measure it again.
const (
	// DefaultAckWait is a lease: a dead process's questions are taken over after
	// it. Shorter than the 15 s in which that has to happen, and longer than a
	// heartbeat (beats) and the longest pause of a cluster that lost its leader
	// (7.4 s) together: a question that is worked on is not given to a second one.
	DefaultAckWait  = 12 * time.Second
	DefaultAttempts = 5                   //
	DefaultGrace    = 10 * time.Second    // what a container runtime waits between SIGTERM and SIGKILL
	DefaultDedup    = 24 * time.Hour      // the longest retry of a platform (Slack's Delayed Events: 26 h)
	DefaultMaxAge   = 7 * 24 * time.Hour  // a question that waited longer helps nobody
	DefaultDeadAge  = 90 * 24 * time.Hour //
	DefaultRetain   = 30 * 24 * time.Hour // of what people wrote, and who they are
	DefaultPatience = time.Hour           //
	DefaultMinFree  = 128 << 20           // bytes; eight blocks of the broker's store
	DefaultMaxStore = 2 << 30             // bytes

	// MaxQuestion is the largest question, as JSON, in bytes. Slack's longest
	// message (40,000 characters) is at most 160 kB; a dead letter holds the
	// question and the last error, and must fit the broker's 1 MiB.
	MaxQuestion = 512 << 10
	// MaxRecord is the largest record of the ledger, as JSON, in bytes.
	MaxRecord = 1<<20 - 8<<10
)

// Config says where the inbox keeps its questions and how long it tries.
// The zero value of every field but Dir (or NATSURL) is a default.
type Config struct {
	// Dir is the data folder. The embedded broker's files are in Dir/nats; the
	// lock, the marks and the damage marker are beside it. With NATSURL it is not used.
	Dir string

	// NATSURL names an external JetStream cluster, several URLs separated by
	// commas. Empty: the broker runs in this process and opens no port.
	NATSURL string
	// Credentials and CA are files for NATSURL: a .creds file, and the
	// certificates that the servers' certificates are checked against.
	Credentials, CA string

	Logger *slog.Logger // nil: nothing is logged

	AckWait  time.Duration // how long a question that nobody reports progress on stays with a worker
	Attempts int           // failed attempts until a question is set aside
	Grace    time.Duration // at shutdown, how long running handlers may go on
	Dedup    time.Duration // how long the same question ID is refused as a duplicate; at most MaxAge
	MaxAge   time.Duration // how long a question's text is kept, answered or not
	DeadAge  time.Duration // how long a question that was set aside is kept

	// Retention bounds how long anything is kept that a person wrote, or that
	// says who it was, MaxAge and DeadAge included. [KeepNothing] erases it once
	// it is answered. What refuses duplicates stays as long as it has to.
	Retention time.Duration

	// Patience is how long after it was asked a question may be told to wait
	// by its platform without that counting as a failed attempt.
	Patience time.Duration

	// RetryBase and RetryMax bound the delay after a failed attempt: RetryBase
	// after the first, four times as long after each further one, up to
	// RetryMax, and up to a quarter more at random. 2 s and 10 min.
	RetryBase, RetryMax time.Duration

	// MinFree is the free space, in bytes, below which no question is accepted.
	MinFree int64
	// MaxStore is the most the embedded broker may keep, in bytes. It takes
	// less on a disk where that is more than half of what is free when the
	// store is made.
	MaxStore int64

	attach bool // see [Attach]

	free  func(dir string) (int64, error) // free space; a test's disk
	watch time.Duration                   // how often disk and broker are looked at

	leaseTTL time.Duration // a test's
}

func (c Config) withDefaults() (Config, error) {
	if c.Dir == "" && c.NATSURL == "" {
		return c, errors.New("open inbox: neither a data folder nor a NATS URL is given")
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	c.AckWait = or(c.AckWait, DefaultAckWait)
	c.Attempts = or(c.Attempts, DefaultAttempts)
	c.Grace = or(c.Grace, DefaultGrace)
	c.Dedup = or(c.Dedup, DefaultDedup)
	c.MaxAge = max(or(c.MaxAge, DefaultMaxAge), c.Dedup)
	c.DeadAge = or(c.DeadAge, DefaultDeadAge)
	if c.Retention == 0 {
		c.Retention = DefaultRetain
	}
	if c.Retention > 0 {
		c.MaxAge = max(min(c.MaxAge, c.Retention), c.Dedup)
		c.DeadAge = min(c.DeadAge, c.Retention)
	}
	c.Patience = or(c.Patience, DefaultPatience)
	c.RetryBase = or(c.RetryBase, 2*time.Second)
	c.RetryMax = or(c.RetryMax, 10*time.Minute)
	c.MinFree = or(c.MinFree, DefaultMinFree)
	c.MaxStore = or(c.MaxStore, DefaultMaxStore)
	c.leaseTTL = or(c.leaseTTL, leaseTTL)
	c.watch = or(c.watch, 2*time.Second)
	if c.free == nil {
		c.free = freeSpace
	}
	return c, nil
}

// or returns v, or other where v is not positive.
func or[T int | int64 | time.Duration](v, other T) T {
	if v > 0 {
		return v
	}
	return other
}

// ledgerAge is how long a record is kept: a day longer than its question, so
// that none is delivered without its record.
func (c Config) ledgerAge() time.Duration { return c.MaxAge + 24*time.Hour }
