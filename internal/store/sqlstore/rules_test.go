package sqlstore

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// The rules of an engine that spreads areas over machines, which cost nothing
// elsewhere. They are read off the text of a statement: every table that it
// names is tied to one area, in subselects too, and nothing in it means another
// thing on another machine.

// forbidden are words that such an engine does not take, or takes differently.
var forbidden = []struct {
	word *regexp.Regexp
	why  string
}{
	{regexp.MustCompile(`(?i)\b(now|random|clock_timestamp|gen_random_uuid|datetime|strftime|julianday)\s*\(|\bcurrent_(timestamp|date|time)\b`), "the moment and chance come from the program"},
	{regexp.MustCompile(`(?i)\bwith\s+recursive\b|\brollup\b|\bcube\b|\bgrouping\s+sets\b`), "no recursion, no rollups"},
	{regexp.MustCompile(`(?i)\bmerge\s+into\b`), "no MERGE"},
	{regexp.MustCompile(`(?i)\b(big|small)?serial\b|\bnextval\b|\bsequence\b|\bautoincrement\b|\bgenerated\s+(always|by)\b|\blast_insert_rowid\b|\browid\b`), "ids come from the program"},
	{regexp.MustCompile(`(?i)\bon\s+(delete|update)\s+set\b`), "no column is set behind the program's back"},
	{regexp.MustCompile(`(?i)\bunlogged\b`), "what is not logged is lost"},
	{regexp.MustCompile(`(?i)\b(pg_)?advisory|\blisten\b|\bnotify\b`), "only one machine would hear it"},
}

// breaks lists where a statement breaks the rules. Parts that are not known
// stand in it as §.
func breaks(sql string) []string {
	var out []string
	text := quoted.ReplaceAllString(comment.ReplaceAllString(sql, " "), "''")
	for _, f := range forbidden {
		if m := f.word.FindString(text); m != "" {
			out = append(out, fmt.Sprintf("%s: %s", strings.TrimSpace(m), f.why))
		}
	}
	words := word.FindAllString(text, -1)
	if i := slices.IndexFunc(words, is("values")); len(words) > 0 && is("insert")(words[0]) && i > 0 {
		if open := slices.Index(words, "("); open < 0 || open+1 >= len(words) || (words[open+1] != "area" && words[open+1] != "§") {
			out = append(out, "INSERT whose first column is not area")
		}
		if up := slices.IndexFunc(words, is("conflict")); up > 0 && (up+2 >= len(words) || (words[up+2] != "area" && words[up+2] != "§")) {
			out = append(out, "ON CONFLICT without area")
		}
		return out
	}
	_, found := scope(words, 0)
	return append(out, found...)
}

var (
	quoted  = regexp.MustCompile(`'[^']*'`)
	comment = regexp.MustCompile(`--[^\n]*`)
	word    = regexp.MustCompile(`[A-Za-z_§][\w.§]*|[0-9]+|<>|<=|>=|\|\||[^\s\w]`)
)

func is(want string) func(string) bool {
	return func(w string) bool { return strings.EqualFold(w, want) }
}

// notAlias are the words that may follow a table without being its alias.
var notAlias = []string{"where", "join", "left", "inner", "cross", "on", "group", "order", "limit", "set", "for", "union", "having", "using", "values", "returning", "and", "begin", "select"}

// scope reads one (sub)statement: up to the parenthesis that closes it.
func scope(words []string, at int) (next int, out []string) {
	tables := map[string]string{} // by alias
	tied := map[string]bool{}
	depth, where := 0, false
	for i := at; i < len(words); i++ {
		w := strings.ToLower(words[i])
		switch {
		case w == "(" && i+1 < len(words) && is("select")(words[i+1]):
			n, inner := scope(words, i+1)
			out, i = append(out, inner...), n
			continue
		case w == "(":
			depth++
		case w == ")":
			if depth--; depth < 0 {
				return i, append(out, untied(tables, tied)...)
			}
		case w == "union", w == "except", w == "intersect":
			out = append(out, untied(tables, tied)...)
			tables, tied, where = map[string]string{}, map[string]bool{}, false
		case w == "where", w == "on":
			where = true
		case w == "or" && depth == 0 && where:
			out = append(out, "OR outside of parentheses")
		case w == "from", w == "join", w == "update" && (i == at || !is("for")(words[i-1])):
			i = name(words, i+1, tables)
		case w == "area" || strings.HasSuffix(w, ".area"):
			before, after := i > at && words[i-1] == "=", i+1 < len(words) && words[i+1] == "="
			if before || after {
				tied[strings.TrimSuffix(strings.TrimSuffix(w, "area"), ".")] = true
			}
		}
	}
	return len(words), append(out, untied(tables, tied)...)
}

// name reads the tables after FROM, JOIN or UPDATE, with their aliases.
func name(words []string, i int, tables map[string]string) int {
	for {
		if i >= len(words) || words[i] == "(" || is("set")(words[i]) || is("lateral")(words[i]) { // a subselect; DO UPDATE SET
			return i - 1
		}
		table, alias := strings.ToLower(words[i]), strings.ToLower(words[i])
		if i+1 < len(words) && is("as")(words[i+1]) {
			i++
		}
		if i+1 < len(words) && regexp.MustCompile(`^[A-Za-z]\w*$`).MatchString(words[i+1]) && !slices.ContainsFunc(notAlias, is(words[i+1])) {
			i++
			alias = strings.ToLower(words[i])
		}
		tables[alias] = table
		if i+1 >= len(words) || words[i+1] != "," {
			return i
		}
		i += 2
	}
}

// untied lists the tables without a condition on their area. A condition
// without an alias is the only table's. The fresh rows of a trigger are those
// of its statement, which is of one area.
func untied(tables map[string]string, tied map[string]bool) (out []string) {
	for alias, table := range tables {
		if table != "fresh" && !tied[alias] && !(len(tables) == 1 && tied[""]) {
			out = append(out, table+" without area")
		}
	}
	return out
}

// schemaBreaks lists where a migration breaks the rules.
func schemaBreaks(sql string) []string {
	var out []string
	for _, f := range forbidden {
		if m := f.word.FindString(comment.ReplaceAllString(sql, " ")); m != "" {
			out = append(out, fmt.Sprintf("%s: %s", m, f.why))
		}
	}
	for _, m := range createTable.FindAllStringSubmatch(sql, -1) {
		if !strings.HasPrefix(strings.TrimSpace(m[2]), "area TEXT NOT NULL") {
			out = append(out, m[1]+": the first column is not area")
		}
		if !strings.Contains(m[2], "PRIMARY KEY (area") {
			out = append(out, m[1]+": the primary key does not start with area")
		}
		for _, k := range innerKey.FindAllStringSubmatch(m[2], -1) {
			if !strings.HasPrefix(k[1], "area") {
				out = append(out, m[1]+": a key does not start with area")
			}
		}
	}
	for _, m := range createIndex.FindAllStringSubmatch(sql, -1) {
		if !strings.HasPrefix(m[2], "area") {
			out = append(out, m[1]+": the index does not start with area")
		}
	}
	for _, m := range bodySelect.FindAllString(sql, -1) {
		for _, b := range breaks(m) {
			out = append(out, "in a trigger: "+b)
		}
	}
	return out
}

var (
	createTable = regexp.MustCompile(`(?is)CREATE\s+(?:\w+\s+)?TABLE\s+(\w+)\s*\((.*?)\n\);`)
	innerKey    = regexp.MustCompile(`(?i)(?:UNIQUE|FOREIGN KEY|REFERENCES \w+|EXCLUDE)\s*\(([^)]*)\)`)
	createIndex = regexp.MustCompile(`(?i)CREATE\s+(?:UNIQUE\s+)?INDEX\s+(\w+)\s+ON\s+\w+\s*\(([^)]*)\)`)
	bodySelect  = regexp.MustCompile(`(?s)\bSELECT\b[^;]*?\bFROM\b[^;]*`)
)
