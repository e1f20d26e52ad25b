package genesyscloud

import "sync"

// The proportions of aws-sdk-go-v2's standard retry mode, for a client that sends far fewer requests: twenty retries in a row, and then
// one for every five answers that come at once.
const (
	quotaSize = 100
	retryCost = 5
	firstGood = 1
)

// quota bounds the retries of all requests together, so that a platform in trouble gets little more than the first try of each. A retry
// takes from it; good answers give back.
type quota struct {
	mu    sync.Mutex
	spent int
}

// take takes a retry and tells whether there was one left.
func (q *quota) take() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.spent+retryCost > quotaSize {
		return false
	}
	q.spent += retryCost
	return true
}

// restore gives back for a good answer: what its last retry took, or a little for one that needed none.
func (q *quota) restore(tries int) {
	back := firstGood
	if tries > 1 {
		back = retryCost
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.spent = max(0, q.spent-back)
}
