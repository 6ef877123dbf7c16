package main

import (
	"database/sql"
	"strings"
	"unicode"

	_ "modernc.org/sqlite"

	"github.com/openai-explain/openai-explain/knowledge"
)

// sqlite is an FTS5 table in memory that keeps no copy of the texts.
type sqlite struct {
	db    *sql.DB
	query func(question string) string
}

func newSQLite(tokenizer string, query func(string) string) (engine, error) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	for _, s := range []string{
		`create virtual table t using fts5(question, answer, content='', tokenize='` + tokenizer + `')`,
		`insert into t(t, rank) values('rank', 'bm25(2.0, 0.5)')`,
	} {
		if _, err := db.Exec(s); err != nil {
			return nil, err
		}
	}
	return &sqlite{db, query}, nil
}

func (s *sqlite) Build(entries []*knowledge.Entry) error {
	tx, err := s.db.Begin()
	if err != nil {
		return err
	}
	insert, err := tx.Prepare(`insert into t(rowid, question, answer) values(?, ?, ?)`)
	if err != nil {
		return err
	}
	for i, e := range entries {
		q, a := zones(e)
		if _, err := insert.Exec(i+1, q, a); err != nil {
			return err
		}
	}
	return tx.Commit()
}

func (s *sqlite) Search(question string) ([]int, error) {
	match := s.query(question)
	if match == "" {
		return nil, nil
	}
	rows, err := s.db.Query(`select rowid from t where t match ? order by rank limit 10`, match)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []int
	for rows.Next() {
		var n int
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		out = append(out, n-1)
	}
	return out, rows.Err()
}

// wordQuery looks for any word of the question.
func wordQuery(question string) string {
	return anyOf(strings.FieldsFunc(question, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }))
}

// trigramQuery looks for any three characters on end of the question.
func trigramQuery(question string) string {
	r := []rune(question)
	var terms []string
	for i := 0; i+3 <= len(r); i++ {
		terms = append(terms, string(r[i:i+3]))
	}
	return anyOf(terms)
}

func anyOf(terms []string) string {
	var out []string
	seen := map[string]bool{}
	for _, t := range terms {
		if !seen[t] && strings.TrimSpace(t) != "" {
			seen[t] = true
			out = append(out, `"`+strings.ReplaceAll(t, `"`, `""`)+`"`)
		}
	}
	return strings.Join(out, " OR ")
}
