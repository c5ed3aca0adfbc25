package office_test

import (
	"os"
	"testing"

	"bujiao/internal/store/postgres/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }
