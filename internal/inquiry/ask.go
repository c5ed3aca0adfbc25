package inquiry

import (
	"strings"

	"bujiao/internal/law"
)

// member is the member of a request that gives what a flag gives.
func member(flag string) string {
	if flag == "--population" {
		return "populations"
	}
	return strings.ReplaceAll(strings.TrimPrefix(flag, "--"), "-", "_")
}

// asked words what is missing for the door: the kernel and the packs name the
// flags of a command, a request has members.
func (d *Desk) asked(list []law.Missing) {
	if !d.Members {
		return
	}
	for i := range list {
		flag, values, _ := strings.Cut(list[i].Ask, " ")
		if !strings.HasPrefix(flag, "--") {
			continue
		}
		list[i].Ask = strings.TrimSpace(member(flag) + " " + values)
		list[i].Text = strings.ReplaceAll(list[i].Text, flag, member(flag))
	}
}
