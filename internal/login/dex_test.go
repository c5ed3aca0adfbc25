package login_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"
)

// A real provider: Dex, built from its own module, with its users in a file.

// dexUser is a user of Dex.
type dexUser struct{ email, password, id, name string }

// dexBinary builds Dex if it is not there; make dex does the same.
func dexBinary(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs("../../build/dex")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		t.Log("building Dex; this takes minutes")
		c := exec.CommandContext(t.Context(), "go", "build", "-C", "../../tools/dex", "-trimpath", "-o", path, "github.com/dexidp/dex/cmd/dex")
		c.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("build Dex: %v\n%s", err, out)
		}
	} else if err != nil {
		t.Fatal(err)
	}
	return path
}

// startDex starts Dex with its users on a free port of the loopback address and returns
// the issuer.
func startDex(t *testing.T, redirect string, users ...dexUser) string {
	t.Helper()
	binary := dexBinary(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	issuer := "http://" + address + "/dex"
	var c bytes.Buffer
	fmt.Fprintf(&c, "issuer: %s\nstorage: {type: memory}\nweb: {http: %q}\nlogger: {level: error}\noauth2: {skipApprovalScreen: true}\n", issuer, address)
	fmt.Fprintf(&c, "staticClients:\n- {id: bujiao, secret: client-secret, name: bujiao, redirectURIs: [%q]}\nenablePasswordDB: true\nstaticPasswords:\n", redirect)
	for _, u := range users {
		hash, err := bcrypt.GenerateFromPassword([]byte(u.password), 10) // the least that Dex takes
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&c, "- {email: %q, hash: %q, username: %q, userID: %q}\n", u.email, hash, u.name, u.id)
	}
	file := filepath.Join(t.TempDir(), "dex.yaml")
	if err := os.WriteFile(file, c.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, binary, "serve", file)
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	gone := make(chan error, 1)
	go func() { gone <- cmd.Wait() }()
	t.Cleanup(func() {
		stop()
		<-gone
		if t.Failed() {
			t.Log(log.String())
		}
	})
	for range 600 {
		select {
		case err := <-gone:
			gone <- err
			t.Fatalf("Dex ended: %v\n%s", err, log.String())
		case <-time.After(50 * time.Millisecond):
		}
		res, err := http.Get(issuer + "/.well-known/openid-configuration")
		if err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return issuer
			}
		}
	}
	t.Fatal("Dex does not answer")
	return ""
}
