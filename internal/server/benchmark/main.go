package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"runtime/pprof"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/bowline/bowline/internal/server"
	"github.com/bowline/bowline/internal/store/storetest"
)

// settings say how much is measured.
type settings struct {
	runs    int
	span    time.Duration // of one run
	starts  int           // how often programs are started
	rests   int           // and how often after that watched until they rest
	workers int
	only    string // measure only figures whose name begins so; for work on one of them
	profile string // folder for profiles of Bowline's runs
	binary  string
	verbose bool
	floors  bool

	rounds        int           // runs of a figure of webhooks
	events        int           // deliveries of one such run
	paceSpan      time.Duration // of a run at a fixed pace
	crowdRounds   int           // runs beside the dead, and as many alone
	crowdSpan     time.Duration // of one of them: a hundred for each that p99 leaves out
	stored        int           // messages of a database that has grown
	chaosEvents   int           // companies that are created while replicas die
	farms         []int         // numbers of connections with which a refresh is measured
	refreshRounds int           // runs of that with each
	refreshedEach int           // refreshes of one such run
	swept         int           // connections that are refreshed when all are due
	seed          int64         // of the chaos
	companies     []int         // numbers of companies that are looked through
	lookRounds    int           // runs of each look
	looked        int           // requests of one of them
	sqlite        bool          // measure rates on SQLite; PostgreSQL is measured where there is one
}

func main() {
	s := settings{}
	var farms, companies []int
	quick := flag.Bool("quick", false, "measure for half a minute instead of some minutes")
	flag.IntVar(&s.runs, "runs", 5, "runs of each figure")
	flag.DurationVar(&s.span, "span", 1500*time.Millisecond, "how long a run takes")
	flag.IntVar(&s.workers, "workers", 64, "connections of the load generator")
	flag.StringVar(&s.only, "only", "", "measure only this: reads, writes, journeys, commits, start, page, or webhooks, of which -rate, -latency, -crowd, -growth, -kill and -chaos, refresh, of which -rate, -growth and -sweep, or directory")
	flag.StringVar(&s.profile, "profile", "", "folder for CPU and allocation profiles")
	flag.StringVar(&s.binary, "binary", "bin/bowline", "the built program, for start and memory")
	flag.BoolVar(&s.floors, "floors", true, "measure the floors of rates too; without, profiles and processor times are Bowline's alone")
	flag.BoolVar(&s.sqlite, "sqlite", true, "measure rates on SQLite too; without, on PostgreSQL alone")
	flag.Int64Var(&s.seed, "seed", time.Now().UnixNano()%1000, "what decides which replica dies when, and what fails")
	flag.BoolVar(&s.verbose, "v", false, "tell of each run: rate, processor time and allocations for one")
	flag.Func("farms", "numbers of connections with which a refresh is measured, commas between", numbers(&farms))
	flag.Func("companies", "numbers of companies that are looked through, commas between", numbers(&companies))
	flag.Parse()
	s.starts, s.rests = 12, 3
	s.rounds, s.events, s.paceSpan, s.stored, s.chaosEvents = 3, 30_000, 5*time.Second, 1_000_000, 20_000
	s.crowdRounds, s.crowdSpan = 5, 6*time.Second
	s.farms, s.refreshRounds, s.refreshedEach, s.swept = []int{1000, 10_000, 100_000, 1_000_000}, 5, 10_000, sweepAll
	s.companies, s.lookRounds, s.looked = []int{1000, 10_000, 100_000, 1_000_000}, 3, 100
	if *quick {
		s.companies, s.lookRounds, s.looked = []int{1000, 20_000}, 1, 40
		s.farms, s.refreshRounds, s.refreshedEach, s.swept = []int{1000, 10_000}, 3, 4_000, 20_000
		s.crowdRounds, s.crowdSpan = 3, 3*time.Second
		s.runs, s.span, s.starts, s.rests = 3, 400*time.Millisecond, 4, 1
		s.rounds, s.events, s.paceSpan, s.stored, s.chaosEvents = 1, 3_000, 1500*time.Millisecond, 20_000, 2_000
	}
	if companies != nil {
		s.companies = companies
	}
	if farms != nil {
		s.farms = farms
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, s)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "benchmark:", err)
		os.Exit(1)
	}
}

// numbers reads numbers with commas between.
func numbers(into *[]int) func(string) error {
	return func(text string) error {
		for part := range strings.SplitSeq(text, ",") {
			n, err := strconv.Atoi(part)
			if err != nil || n < 1 {
				return errors.New("want numbers with commas between")
			}
			*into = append(*into, n)
		}
		return nil
	}
}

func run(ctx context.Context, s settings) (err error) {
	dir, err := os.MkdirTemp("", "bowline-benchmark-")
	if err != nil {
		return fmt.Errorf("make a folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	server.TuneMemory() // as the product does
	b := &bench{settings: s, dir: dir, table: newTable()}
	began, busy := time.Now(), loadAverage()
	if err := b.all(ctx, os.Getenv(storetest.EnvURL)); err != nil {
		return err
	}
	fmt.Printf("%s, %d cores, %s/%s, %s, %d runs of %s, %d connections, load before %s\n\n", processor(), runtime.NumCPU(),
		runtime.GOOS, runtime.GOARCH, runtime.Version(), s.runs, s.span, s.workers, busy)
	if len(b.table.rows) > 1 {
		fmt.Println(b.table)
	}
	fmt.Printf("Median (least to most). Server, load generator and database share the cores. Took %s.\n", time.Since(began).Round(time.Second))
	return nil
}

func (s settings) wants(name string) bool { return s.only == "" || strings.HasPrefix(name, s.only) }

// profiled runs a measurement under the profiler, if a folder is given.
func (s settings) profiled(name string, counts bool, measure func() error) error {
	if s.profile == "" || !counts {
		return measure()
	}
	cpu, err := os.Create(s.profile + "/" + name + ".cpu")
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(cpu); err != nil {
		return errors.Join(err, cpu.Close())
	}
	err = measure()
	pprof.StopCPUProfile()
	allocations, fault := os.Create(s.profile + "/" + name + ".allocs")
	if fault == nil {
		fault = errors.Join(pprof.Lookup("allocs").WriteTo(allocations, 0), allocations.Close())
	}
	return errors.Join(err, cpu.Close(), fault)
}

func processor() string {
	text, _ := os.ReadFile("/proc/cpuinfo") // elsewhere the name is simply not told
	_, rest, ok := strings.Cut(string(text), "model name")
	if !ok {
		return "processor unknown"
	}
	name, _, _ := strings.Cut(strings.TrimLeft(rest, "\t :"), "\n")
	return name
}

func loadAverage() string {
	text, _ := os.ReadFile("/proc/loadavg")
	first, _, _ := strings.Cut(string(text), " ")
	return first
}
