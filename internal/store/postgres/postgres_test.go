package postgres_test

import (
	"os"
	"testing"

	"bujiao/internal/store/postgres/pgtest"
	"bujiao/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

func TestConformance(t *testing.T) { storetest.Run(t, storetest.Postgres) }
