package clamd

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// fake takes one question as clamd does and gives an answer; what it was sent
// is on the channel. maxSize zero: any.
func fake(t *testing.T, answer string, maxSize int) (string, <-chan []byte) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	got := make(chan []byte, 1)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		r := bufio.NewReader(conn)
		if cmd, err := r.ReadString(0); err != nil || cmd != "zINSTREAM\x00" {
			got <- nil
			return
		}
		var data []byte
		for {
			var n uint32
			if binary.Read(r, binary.BigEndian, &n) != nil || n == 0 {
				break
			}
			part := make([]byte, n)
			if _, err := io.ReadFull(r, part); err != nil {
				break
			}
			if data = append(data, part...); maxSize > 0 && len(data) > maxSize {
				break
			}
		}
		got <- data
		_, _ = io.WriteString(conn, answer)
	}()
	return "tcp:" + l.Addr().String(), got
}

func TestProtocol(t *testing.T) {
	data := bytes.Repeat([]byte("0123456789"), 30_000) // more than two parts
	for _, c := range []struct {
		answer, found string
		fails         bool
	}{
		{"stream: OK\x00", "", false},
		{"stream: Bujiao.Test FOUND\x00", "Bujiao.Test", false},
		{"stream: OK", "", true}, // cut off
		{"stream:  FOUND\x00", "", true},
		{"INSTREAM size limit exceeded. ERROR\x00", "", true},
		{"stream: Can't allocate memory ERROR\x00", "", true},
		{"", "", true},
	} {
		address, got := fake(t, c.answer, 0)
		client, err := New(address)
		if err != nil {
			t.Fatal(err)
		}
		found, err := client.Scan(t.Context(), data)
		if found != c.found || (err != nil) != c.fails {
			t.Errorf("%q: found %q, %v", c.answer, found, err)
		}
		if sent := <-got; !bytes.Equal(sent, data) {
			t.Errorf("%q: %d bytes were sent, want %d", c.answer, len(sent), len(data))
		}
	}
}

// TestSilence: no answer, and nobody there, is an error and never clean.
func TestSilence(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	client, err := New("tcp:" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	client.timeout = 50 * time.Millisecond
	if found, err := client.Scan(t.Context(), []byte("x")); err == nil {
		t.Errorf("silence is %q", found)
	}
	_ = l.Close()
	if found, err := client.Scan(t.Context(), []byte("x")); err == nil {
		t.Errorf("nobody there is %q", found)
	}
	for _, bad := range []string{"", "clamd", "udp:x", "unix:"} {
		if _, err := New(bad); err == nil {
			t.Errorf("%q is an address", bad)
		}
	}
}

// TestRealDaemon starts Debian's clamd with one signature of our own.
func TestRealDaemon(t *testing.T) {
	const binary = "/usr/sbin/clamd"
	if _, err := os.Stat(binary); err != nil {
		t.Fatal("clamd is not there; install it (Debian, Ubuntu: sudo apt-get install clamav-daemon), or run test/clamd")
	}
	dir, err := os.MkdirTemp("", "clamd") // a socket's path has to be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	const evil = "BUJIAO-TEST-SIGNATURE-7f3a91"
	socket := filepath.Join(dir, "s")
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("bujiao.ndb", fmt.Sprintf("Bujiao.Test:0:*:%s\n", hex.EncodeToString([]byte(evil))))
	write("clamd.conf", "LocalSocket "+socket+"\nDatabaseDirectory "+dir+"\nForeground yes\nExitOnOOM yes\nOfficialDatabaseOnly no\nUser "+user()+"\n")
	ctx, stop := context.WithCancel(t.Context())
	cmd := exec.CommandContext(ctx, binary, "--config-file="+filepath.Join(dir, "clamd.conf"))
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { _ = cmd.Wait(); close(done) }()
	t.Cleanup(func() { stop(); <-done })
	client, err := New("unix:" + socket)
	if err != nil {
		t.Fatal(err)
	}
	for range 300 {
		if _, err = client.Scan(t.Context(), []byte("hello")); err == nil {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if err != nil {
		stop()
		<-done
		t.Fatalf("clamd does not answer: %v\n%s", err, said.String())
	}
	big := strings.Repeat("x", 300_000)
	for text, want := range map[string]string{"nothing": "", big: "", evil: "Bujiao.Test.UNOFFICIAL", big + evil: "Bujiao.Test.UNOFFICIAL"} {
		if found, err := client.Scan(t.Context(), []byte(text)); found != want || err != nil {
			t.Errorf("%d bytes: %q, want %q: %v", len(text), found, want, err)
		}
	}
}

func user() string {
	if os.Getuid() == 0 {
		return "root"
	}
	return os.Getenv("USER")
}
