package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A mutation is only worth something if the command tells what the tests notice from what they do not.
func TestTry(t *testing.T) {
	write := func(name, content string) {
		t.Helper()
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	t.Chdir(dir)
	write("go.mod", "module example.test/sum\n\ngo 1.26\n")
	write("sum.go", "package sum\n\nfunc add(a, b int) int {\n\treturn a + b\n}\n\nfunc unwatched() int {\n\treturn 1\n}\n\nvar _ = unwatched\n")
	write("sum_test.go", "package sum\n\nimport \"testing\"\n\nfunc TestAdd(t *testing.T) {\n\tif add(1, 2) != 3 {\n\t\tt.Fail()\n\t}\n}\n")

	tests := map[string]struct {
		old, new string
		run      string
		want     outcome
	}{
		"a test notices":         {"\treturn a + b\n", "\treturn a - b\n", "Test", caught},
		"no test notices":        {"\treturn 1\n", "\treturn 2\n", "Test", survived},
		"it does not compile":    {"\treturn a + b\n", "\treturn \"sum\"\n", "Test", broken},
		"the text is not there":  {"\treturn a * b\n", "\treturn a - b\n", "Test", broken},
		"the text is not unique": {"\treturn ", "\treturn 0 + ", "Test", broken},
		"no such test":           {"\treturn a + b\n", "\treturn a - b\n", "TestNone", broken},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			m := mutation{file: filepath.Join(dir, "sum.go"), old: test.old, new: test.new, test: []string{".", "-run", test.run}}
			if got, detail := m.try(); got != test.want {
				t.Errorf("got %s (%s), want %s", got, detail, test.want)
			}
		})
	}
}

func TestParse(t *testing.T) {
	got, err := parse("# one\nfile a.go\n- \told\n- \tlines\n+ \tnew\ntest ./a -run X\n\n# two\nfile b.go\n- x\ntest ./b\n")
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || got[0].old != "\told\n\tlines\n" || got[0].new != "\tnew\n" || strings.Join(got[0].test, " ") != "./a -run X" || got[1].new != "" {
		t.Errorf("got %+v", got)
	}
	for _, text := range []string{"file a.go\n", "# one\nfile a.go\ntest ./a\n", "# one\nother x\n"} {
		if _, err := parse(text); err == nil {
			t.Errorf("%q is accepted", text)
		}
	}
}

// Each text to replace stands once in its file, so that a change of the code that a mutation no longer fits shows at once.
func TestTheListFitsTheCode(t *testing.T) {
	text, err := os.ReadFile("mutations.txt")
	if err != nil {
		t.Fatal(err)
	}
	mutations, err := parse(string(text))
	if err != nil {
		t.Fatal(err)
	}
	if len(mutations) < 30 {
		t.Errorf("%d mutations, want at least 30", len(mutations))
	}
	t.Chdir(filepath.Join("..", ".."))
	for _, m := range mutations {
		if _, err := m.write(t.TempDir()); err != nil {
			t.Errorf("line %d, %s: %v", m.line, m.file, err)
		}
	}
}
