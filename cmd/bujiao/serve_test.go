package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// program runs this test binary as the program.
func program(t *testing.T, home string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), self, args...)
	c.Env = append(os.Environ(), "BUJIAO_HOME="+home, "BUJIAO_LANG=en", "BUJIAO_AS_PROGRAM=1")
	return c
}

// serving starts the server and returns its address and the rest of its log.
func serving(t *testing.T, c *exec.Cmd) (address string, log *bufio.Scanner) {
	t.Helper()
	out, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	log = bufio.NewScanner(out)
	for log.Scan() {
		var line struct{ Msg, Address string }
		if err := json.Unmarshal(log.Bytes(), &line); err != nil {
			t.Fatalf("the log is not JSON: %s", log.Text())
		}
		if line.Msg == "serving" {
			return line.Address, log
		}
	}
	t.Fatalf("never served: %v", log.Err())
	return "", nil
}

func TestServeStopsInOrder(t *testing.T) {
	home := t.TempDir()
	if out, err := program(t, home, "migrate").CombinedOutput(); err != nil {
		t.Fatalf("migrate: %v: %s", err, out)
	}
	c := program(t, home, "serve", "--listen", "127.0.0.1:0")
	address, log := serving(t, c)
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/openapi.json": 200, "/metrics": 200} {
		res, err := http.Get("http://" + address + path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%s: %s", path, res.Status)
		}
		if path == "/metrics" && !strings.Contains(string(body), "bujiao_worker_polls_total") {
			t.Error("the worker's metrics are not there")
		}
	}
	time.Sleep(50 * time.Millisecond)
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	last := ""
	for log.Scan() {
		last = log.Text()
	}
	if err := c.Wait(); err != nil || !strings.Contains(last, `"stopped"`) {
		t.Errorf("ended with %v, last said %s", err, last)
	}
}
