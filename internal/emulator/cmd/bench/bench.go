package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator/workspace"
)

// bench is the emulator, in this process, and the provider as it is released.
type bench struct {
	dir      string
	cli      string
	mirror   workspace.Mirror
	emulator *emulator.Emulator
	server   *httptest.Server
	delay    atomic.Int64                     // of each answer, in nanoseconds
	over     atomic.Pointer[http.HandlerFunc] // answers in the emulator's place
	// mostApplied is how many instances of a second plan are really applied.
	mostApplied int
}

// newBench builds the provider. The emulator has no organizations yet.
func newBench(ctx context.Context) (b *bench, err error) {
	b = &bench{mostApplied: 100}
	if b.cli, err = workspace.FindCLI(); err != nil {
		return nil, err
	}
	if b.dir, err = os.MkdirTemp("", "genesysaudit-bench-"); err != nil {
		return nil, err
	}
	if b.dir, err = filepath.EvalSymlinks(b.dir); err != nil {
		return nil, err
	}
	if b.mirror, err = workspace.BuildMirror(ctx, ".", b.dir); err != nil {
		return nil, errors.Join(err, os.RemoveAll(b.dir))
	}
	if b.emulator, err = emulator.New(emulator.State{}); err != nil {
		return nil, errors.Join(err, os.RemoveAll(b.dir))
	}
	b.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		timer := time.NewTimer(time.Duration(b.delay.Load()))
		defer timer.Stop()
		select {
		case <-timer.C:
			if over := b.over.Load(); over != nil {
				(*over)(w, r)
				return
			}
			b.emulator.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	}))
	return b, nil
}

func (b *bench) close() {
	b.server.CloseClientConnections()
	b.server.Close()
	if err := os.RemoveAll(b.dir); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
	}
}

// workspace is a working directory with a configuration, initialized.
func (b *bench) workspace(ctx context.Context, configuration string) (*workspace.Workspace, error) {
	dir, err := os.MkdirTemp(b.dir, "run-")
	if err != nil {
		return nil, err
	}
	w, err := workspace.New(b.cli, b.mirror, dir)
	if err != nil {
		return nil, err
	}
	if err := w.Write("main.tf", configuration); err != nil {
		return nil, err
	}
	_, err = b.succeed(ctx, w, "init", "-no-color")
	return w, err
}

func machine(product workspace.Product) string {
	return fmt.Sprintf("%s %s, %d cores, %s/%s", product.Name, product.Version, runtime.NumCPU(), runtime.GOOS, runtime.GOARCH)
}

// usage is what a run of the CLI took.
type usage struct {
	code     int
	output   string
	wall     time.Duration
	cli      time.Duration // of CPU
	provider time.Duration // of CPU, of all its processes
	memory   int64         // of the largest of these, in bytes
}

// succeed runs the CLI, which has to end with exit code 0.
func (b *bench) succeed(ctx context.Context, w *workspace.Workspace, arguments ...string) (usage, error) {
	used, err := b.run(ctx, w, arguments...)
	if err == nil && used.code != 0 {
		err = fmt.Errorf("%s: exit code %d\n%s", strings.Join(arguments, " "), used.code, used.output)
	}
	return used, err
}

// run runs the CLI.
func (b *bench) run(ctx context.Context, w *workspace.Workspace, arguments ...string) (used usage, err error) {
	command := w.Command(ctx, arguments...)
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	watched := watch(b.dir)
	started := time.Now()
	err = command.Run()
	used.wall = time.Since(started)
	used.provider, used.memory = watched()
	used.output = output.String()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() >= 0 {
		used.code, err = exit.ExitCode(), nil
	}
	if command.ProcessState != nil { // with the providers, which the CLI has waited for
		used.cli = max(0, command.ProcessState.UserTime()+command.ProcessState.SystemTime()-used.provider)
	}
	return used, err
}

// lookEvery is how often the processes are looked at: what a process uses after the last look is not seen.
const lookEvery = 20 * time.Millisecond

// watch looks, until it is asked for them, for the CPU time that the kernel shows of all processes together whose program is below dir, and for
// the most memory in bytes that one of them had resident. Elsewhere than on Linux it sees nothing.
func watch(dir string) (result func() (cpu time.Duration, memory int64)) {
	stop, over := make(chan struct{}), make(chan struct{})
	seen := make(map[string]process)
	go func() {
		defer close(over)
		ticker := time.NewTicker(lookEvery)
		defer ticker.Stop()
		for {
			look(dir, seen)
			select {
			case <-stop:
				return
			case <-ticker.C:
			}
		}
	}()
	return func() (cpu time.Duration, memory int64) {
		close(stop)
		<-over
		for _, p := range seen {
			cpu += p.cpu
			memory = max(memory, p.memory)
		}
		return cpu, memory
	}
}

type process struct {
	cpu    time.Duration
	memory int64
}

func look(dir string, seen map[string]process) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return
	}
	for _, entry := range entries {
		if _, err := strconv.Atoi(entry.Name()); err != nil {
			continue
		}
		folder := filepath.Join("/proc", entry.Name())
		program, err := os.Readlink(filepath.Join(folder, "exe"))
		if err != nil || !strings.HasPrefix(program, dir+string(filepath.Separator)) {
			continue
		}
		stat, err := os.ReadFile(filepath.Join(folder, "stat"))
		if err != nil {
			continue
		}
		status, err := os.ReadFile(filepath.Join(folder, "status"))
		if err != nil {
			continue
		}
		before := seen[entry.Name()]
		seen[entry.Name()] = process{max(before.cpu, cpuOf(string(stat))), max(before.memory, memoryOf(string(status)))}
	}
}

// cpuOf reads utime and stime, the 12th and 13th field after the name of the program, in hundredths of a second.
func cpuOf(stat string) (cpu time.Duration) {
	fields := strings.Fields(stat[strings.LastIndex(stat, ")")+1:])
	if len(fields) < 13 {
		return 0
	}
	for _, field := range fields[11:13] {
		ticks, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0
		}
		cpu += time.Duration(ticks) * 10 * time.Millisecond
	}
	return cpu
}

func memoryOf(status string) int64 {
	for line := range strings.Lines(status) {
		if text, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kilobytes, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(text), " kB"), 10, 64)
			if err == nil {
				return kilobytes << 10
			}
		}
	}
	return 0
}

// measureRows measures a table: the rows whose names match, each by one call. A problem is what is wrong with the figures of a row; an error
// ends the table.
func measureRows[Row any](ctx context.Context, out io.Writer, only, how, header string, rows []Row, name func(Row) string,
	measure func(*bench, context.Context, io.Writer, Row) (problem, err error),
) error {
	wanted, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	b, err := newBench(ctx)
	if err != nil {
		return err
	}
	defer b.close()
	product, err := workspace.ProductOf(ctx, b.cli)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s, %s.\n\n%s\n%s|\n", machine(product), how, header, strings.Repeat("|---", strings.Count(header, "|")-1))
	var problems []error
	for _, row := range rows {
		if !wanted.MatchString(name(row)) {
			continue
		}
		problem, err := measure(b, ctx, out, row)
		if err != nil {
			return fmt.Errorf("%s: %w", name(row), err)
		}
		problems = append(problems, problem)
	}
	return errors.Join(problems...)
}
