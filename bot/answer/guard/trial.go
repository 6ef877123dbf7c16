package guard

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/openai-explain/openai-explain/bot"
)

// TrialClaim is a claim as a trial of the guard uses it: one text in one language.
type TrialClaim struct {
	ID   string
	Lang bot.Lang
	Text string

	Names []string // names in it that stand in for one another; those the package knows need not be there
}

// ReadClaims reads a text to try the guard on: a claim a line, empty lines and
// lines that begin with # left out, {names in braces}. The language of a line is
// that of its letters.
func ReadClaims(r io.Reader) ([]TrialClaim, error) {
	var out []TrialClaim
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		c := TrialClaim{ID: strconv.Itoa(n), Lang: bot.English}
		for _, m := range braced.FindAllStringSubmatch(line, -1) {
			if !slices.Contains(c.Names, m[1]) {
				c.Names = append(c.Names, m[1])
			}
		}
		if c.Text = braced.ReplaceAllString(line, "$1"); hangulShare(c.Text) > 0.1 {
			c.Lang = bot.Korean
		}
		out = append(out, c)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read claims: %w", err)
	}
	return out, nil
}

var braced = regexp.MustCompile(`\{([^{}]+)\}`)

// Sample is one line as a model could have written it, and the claims it was given.
type Sample struct {
	Class    string   // what was done to the claim: "number", "endings" …
	Faithful bool     // the claims support it: the guard should keep it
	Line     string   // with its markers
	Claims   []string // the numbered claims; Claims[0] is [1]
	Lang     bot.Lang
}

// Row is what became of the samples of one class.
type Row struct {
	Class    string
	Faithful bool
	Lang     bot.Lang
	N        int      // samples
	Right    int      // kept if faithful, refused if fabricated
	Wrong    []string // at most five of the others, with the reason where they were refused
}

// Report is the outcome of a trial.
type Report struct {
	Seed       uint64
	Fabricated int
	Faithful   int
	Rows       []Row         // fabricated classes first, each by name and language
	Slowest    time.Duration // of one check
	Elapsed    time.Duration
}

// Evaluate tries the guard on n fabricated samples, or as many different ones
// as the claims yield, and on every faithful rewrite of the claims. The same
// arguments give the same samples. progress may be nil; it is called now and then
// with how many samples of how many were checked.
func Evaluate(claims []TrialClaim, n int, seed uint64, progress func(done, total int)) Report {
	return evaluate(claims, n, seed, Check, progress)
}

func evaluate(claims []TrialClaim, n int, seed uint64, check func(string, []string, bot.Lang) Verdict, progress func(done, total int)) Report {
	start := time.Now()
	samples := append(Fabricate(seed, claims, n), Faithful(seed, claims)...)
	rows := map[[2]string]*Row{}
	report := Report{Seed: seed}
	for i, s := range samples {
		begun := time.Now()
		_, _, v := checkLine(s.Line, s.Claims, s.Lang, check)
		report.Slowest = max(report.Slowest, time.Since(begun))
		row := rows[[2]string{s.Class, string(s.Lang)}]
		if row == nil {
			row = &Row{Class: s.Class, Faithful: s.Faithful, Lang: s.Lang}
			rows[[2]string{s.Class, string(s.Lang)}] = row
		}
		row.count(s, v)
		if progress != nil && (i%500 == 499 || i == len(samples)-1) {
			progress(i+1, len(samples))
		}
	}
	for _, row := range rows {
		report.Rows = append(report.Rows, *row)
		if row.Faithful {
			report.Faithful += row.N
		} else {
			report.Fabricated += row.N
		}
	}
	slices.SortFunc(report.Rows, func(a, b Row) int {
		return strings.Compare(fmt.Sprint(a.Faithful, a.Class, a.Lang), fmt.Sprint(b.Faithful, b.Class, b.Lang))
	})
	report.Elapsed = time.Since(start)
	return report
}

func (r *Row) count(s Sample, v Verdict) {
	r.N++
	if v.OK == s.Faithful {
		r.Right++
	} else if len(r.Wrong) < 5 {
		r.Wrong = append(r.Wrong, strings.TrimSpace(string(v.Reason)+" "+strings.Trim(strconv.QuoteToGraphic(s.Line), `"`)))
	}
}

// Rate is the share of all samples of a class, in both languages, that the guard
// judged right; 1 where there are none.
func (r Report) Rate(class string) float64 {
	n, right := 0, 0
	for _, row := range r.Rows {
		if row.Class == class {
			n += row.N
			right += row.Right
		}
	}
	if n == 0 {
		return 1
	}
	return float64(right) / float64(n)
}

// gates are the shares of each class that the guard must judge right. The
// faithful classes are judged together.
var gates = []struct {
	class string
	least float64
}{
	{"number", 1}, {"unit", 1}, {"date", 1}, {"name", 1}, {"contact", 1}, {"wrong citation", 1}, {"uncited", 1}, {"out of range", 1}, {"stuffing", 1}, {"echo", 1}, {"drift", 1},
	{"link", 1}, {"markup", 1}, {"invisible", 1}, {"polarity", 0.995}, {"roles", 0.95}, {"numbers exchanged", 0.95},
}

// Err says which gates the guard did not pass.
func (r Report) Err() error {
	var errs []error
	for _, g := range gates {
		if rate := r.Rate(g.class); rate < g.least {
			errs = append(errs, fmt.Errorf("%s: %.3f %% refused, at least %.1f %% needed", g.class, 100*rate, 100*g.least))
		}
	}
	if n, right := r.faithful(); n > 0 && float64(right) < 0.99*float64(n) {
		errs = append(errs, fmt.Errorf("faithful: %.2f %% kept, at least 99 %% needed", 100*float64(right)/float64(n)))
	}
	return errors.Join(errs...)
}

// Leaked is how many fabricated samples passed.
func (r Report) Leaked() int {
	n := 0
	for _, row := range r.Rows {
		if !row.Faithful {
			n += row.N - row.Right
		}
	}
	return n
}

func (r Report) faithful() (n, right int) {
	for _, row := range r.Rows {
		if row.Faithful {
			n += row.N
			right += row.Right
		}
	}
	return n, right
}

// String is a table by class, with examples of what was judged wrong.
func (r Report) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "class\tlang\tsamples\tright\tshare") // a strings.Builder does not fail
	for _, row := range r.Rows {
		name := row.Class
		if row.Faithful {
			name = "faithful: " + name
		}
		_, _ = fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%.3f %%\n", name, row.Lang, row.N, row.Right, 100*float64(row.Right)/float64(row.N))
	}
	_ = w.Flush()
	n, right := r.faithful()
	fmt.Fprintf(&b, "seed %d: %d fabricated of which %d passed (%.3f %%), %d faithful of which %d kept; slowest check %v\n",
		r.Seed, r.Fabricated, r.Leaked(), 100*float64(r.Leaked())/float64(max(r.Fabricated, 1)), n, right, r.Slowest.Round(time.Microsecond))
	for _, row := range r.Rows {
		for _, wrong := range row.Wrong {
			fmt.Fprintf(&b, "  %s %s: %s\n", row.Class, row.Lang, wrong)
		}
	}
	return b.String()
}
