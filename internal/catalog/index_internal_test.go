package catalog

import (
	"runtime"
	"testing"
)

// The first use of the catalog, with the memory that it then keeps.
func BenchmarkFirstUse(b *testing.B) {
	var ix *index
	before := liveBytes()
	for b.Loop() {
		var err error
		if ix, err = read(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(liveBytes()-before), "live-B")
	runtime.KeepAlive(ix)
}

func liveBytes() int64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}
