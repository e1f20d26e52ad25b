package emulator

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"slices"
)

// maxStateBytes bounds what the control plane reads.
const maxStateBytes = 64 << 20

// masked stands for a secret in the state that the control plane shows. Put back, it leaves the secret as it is.
const masked = "(masked)"

// control answers the emulator's own endpoints, outside the platform's paths and without a token:
//
//	GET    /emulator/requests  the requests so far, their count and the violations
//	DELETE /emulator/requests  forgets them
//	GET    /emulator/state     the state, its secrets masked
//	PUT    /emulator/state     replaces the state
//	POST   /emulator/faults    adds a fault
//	DELETE /emulator/faults    removes all faults
//
// What changes something is JSON, and comes from no page of another origin: a browser of this machine must not be led here.
// control reports whether the request was one of them.
func (e *Emulator) control(w http.ResponseWriter, r *http.Request) bool {
	handlers := map[string]http.HandlerFunc{
		"GET /emulator/requests":    e.showRequests,
		"DELETE /emulator/requests": done(e.ResetRequests),
		"GET /emulator/state":       e.showState,
		"PUT /emulator/state":       e.putState,
		"POST /emulator/faults":     e.postFault,
		"DELETE /emulator/faults":   done(e.ClearFaults),
	}
	handle, ok := handlers[r.Method+" "+r.URL.Path]
	switch {
	case !ok:
	case !isSameOrigin(r):
		http.Error(w, "requests of other origins are refused", http.StatusForbidden)
	case (r.Method == http.MethodPut || r.Method == http.MethodPost) && !isJSON(r):
		http.Error(w, "Content-Type must be application/json", http.StatusUnsupportedMediaType)
	default:
		handle(w, r)
	}
	return ok
}

// isSameOrigin says whether a request comes from no page, or from one of the emulator's own address.
func isSameOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	return origin == "" || origin == "http://"+r.Host
}

func isJSON(r *http.Request) bool {
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && mediaType == "application/json"
}

func done(act func()) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		act()
		w.WriteHeader(http.StatusNoContent)
	}
}

func (e *Emulator) showRequests(w http.ResponseWriter, _ *http.Request) {
	requests := e.Requests()
	writeJSON(w, struct {
		Count      int       `json:"count"`
		Requests   []Request `json:"requests"`
		Violations []string  `json:"violations"`
	}{len(requests), full(requests), full(e.Violations())})
}

func (e *Emulator) showState(w http.ResponseWriter, _ *http.Request) {
	state := e.State()
	for i := range state.Organizations {
		clients := state.Organizations[i].Clients
		for j := range clients {
			if clients[j].Secret != "" {
				clients[j].Secret = masked
			}
		}
	}
	writeJSON(w, state)
}

func (e *Emulator) putState(w http.ResponseWriter, r *http.Request) {
	state, err := decodeState(http.MaxBytesReader(w, r.Body, maxStateBytes))
	if err == nil {
		err = e.Update(func(present *State) {
			keepSecrets(&state, *present)
			*present = state
		})
	}
	finish(w, err)
}

// keepSecrets puts the present secrets in the place of masked ones.
func keepSecrets(state *State, present State) {
	secrets := map[string]string{}
	for _, org := range present.Organizations {
		for _, client := range org.Clients {
			secrets[client.ID] = client.Secret
		}
	}
	for i := range state.Organizations {
		clients := state.Organizations[i].Clients
		for j := range clients {
			if clients[j].Secret == masked {
				clients[j].Secret = secrets[clients[j].ID]
			}
		}
	}
}

func (e *Emulator) postFault(w http.ResponseWriter, r *http.Request) {
	var fault Fault
	err := decodeStrict(http.MaxBytesReader(w, r.Body, maxStateBytes), &fault)
	if err == nil && (fault.Kind == FaultMutate || !slices.Contains(kinds, fault.Kind)) {
		err = fmt.Errorf("unknown kind %q", fault.Kind)
	}
	if err == nil {
		e.AddFault(fault)
	}
	finish(w, err)
}

func finish(w http.ResponseWriter, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func writeJSON(w http.ResponseWriter, body any) {
	data, err := json.MarshalIndent(body, "", "  ")
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(data, '\n'))
}
