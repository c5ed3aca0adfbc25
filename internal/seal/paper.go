package seal

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
)

// mark begins each root on paper; other lines are for people.
const mark = "root"

// Line is the seal on one line, for keeping elsewhere.
func (s Seal) Line() string {
	prev := s.Prev
	if prev == "" {
		prev = "-"
	}
	return fmt.Sprintf("%s %s %s %d %d %s %s %s %s", mark, s.Area, s.Day, s.First, s.Size, s.Root, prev, s.KeyID, s.Signature)
}

var (
	hash      = regexp.MustCompile(`^[0-9a-f]{64}$`)
	word      = regexp.MustCompile(`^[0-9A-Za-z_-]{1,100}$`)
	maxOnLine = 1000
)

// ParseRoots reads roots that were kept. Lines that do not begin with "root"
// are for people; one that does and cannot be read is fault seal.bad_root,
// which names the line.
func ParseRoots(r io.Reader) ([]Seal, error) {
	var out []Seal
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimSpace(lines.Text())
		if n == 1 {
			text = strings.TrimPrefix(text, "\ufeff")
		}
		if !strings.HasPrefix(text, mark+" ") {
			continue
		}
		s, ok := parse(text)
		if !ok {
			return nil, fault.New(fault.Invalid, "seal.bad_root", fault.Args{"line": strconv.Itoa(n)})
		}
		out = append(out, s)
	}
	if err := lines.Err(); err != nil {
		return nil, fault.Wrap(fault.Invalid, "seal.unreadable", nil, err)
	}
	if len(out) == 0 {
		return nil, fault.New(fault.Invalid, "seal.no_roots", nil)
	}
	return out, nil
}

func parse(text string) (s Seal, ok bool) {
	f := strings.Fields(text)
	if len(f) != 9 || len(text) > maxOnLine {
		return s, false
	}
	var errs [3]error
	s.Area, s.Root, s.Prev, s.KeyID, s.Signature = f[1], f[5], f[6], f[7], f[8]
	s.Day, errs[0] = calendar.ParseDate(f[2])
	s.First, errs[1] = strconv.ParseInt(f[3], 10, 64)
	s.Size, errs[2] = strconv.ParseInt(f[4], 10, 64)
	for _, err := range errs {
		if err != nil {
			return s, false
		}
	}
	if s.Prev == "-" {
		s.Prev = ""
	} else if !hash.MatchString(s.Prev) {
		return s, false
	}
	return s, s.First >= 0 && s.Size >= 0 && hash.MatchString(s.Root) && word.MatchString(s.Area) && word.MatchString(s.KeyID) && word.MatchString(s.Signature)
}
