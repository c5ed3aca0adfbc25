package paper

import (
	"fmt"
	"strings"

	"bujiao/internal/calendar"
	"bujiao/internal/lang"
	"bujiao/internal/money"
)

var (
	bigDigits = []rune("零壹贰叁肆伍陆柒捌玖")
	bigUnits  = []string{"", "拾", "佰", "仟"}
	bigGroups = []string{"", "万", "亿", "万亿"}
)

// InWords writes an amount as Chinese documents do beside its figures, so that no
// figure can be changed: 人民币壹佰贰拾叁元肆角伍分. A whole amount ends in 整.
func InWords(f money.Fen) string {
	var b strings.Builder
	b.WriteString("人民币")
	n := uint64(f)
	if f < 0 {
		b.WriteString("负")
		n = -n
	}
	yuan, jiao, fen := n/100, n/10%10, n%10
	if yuan > 0 {
		b.WriteString(bigNumber(yuan) + "元")
	}
	switch {
	case jiao > 0:
		b.WriteString(string(bigDigits[jiao]) + "角")
	case fen > 0 && yuan > 0:
		b.WriteString("零")
	}
	switch {
	case fen > 0:
		b.WriteString(string(bigDigits[fen]) + "分")
	case yuan == 0 && jiao == 0:
		b.WriteString("零元整")
	default:
		b.WriteString("整")
	}
	return b.String()
}

// bigNumber writes a number above zero in groups of four digits; a gap between
// digits is one 零.
func bigNumber(n uint64) string {
	var groups []uint64
	for ; n > 0; n /= 10_000 {
		groups = append(groups, n%10_000)
	}
	out, gap := "", false
	for g := len(groups) - 1; g >= 0; g-- {
		if groups[g] == 0 {
			gap = true
			continue
		}
		for i, div := 3, uint64(1000); i >= 0; i, div = i-1, div/10 {
			d := groups[g] / div % 10
			if d == 0 {
				gap = gap || out != ""
				continue
			}
			if gap && out != "" {
				out += "零"
			}
			gap = false
			out += string(bigDigits[d]) + bigUnits[i]
		}
		out += bigGroups[g%len(bigGroups)]
	}
	return out
}

// Figures writes an amount with separators: 1,234.56.
func Figures(f money.Fen) string {
	s := f.String()
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	whole, cents, _ := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return sign + whole + "." + cents
}

// dayText writes a day as documents do: 2026年8月31日, 31 August 2026.
func dayText(d calendar.Date, language string) string {
	y, m, day := d.Civil()
	if language == lang.English {
		return fmt.Sprintf("%d %s %d", day, months[m-1], y)
	}
	return fmt.Sprintf("%d年%d月%d日", y, m, day)
}

func monthText(m calendar.Month, language string) string {
	y, n := m.Civil()
	if language == lang.English {
		return fmt.Sprintf("%s %d", months[n-1], y)
	}
	return fmt.Sprintf("%d年%d月", y, n)
}

var months = []string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}
