package serve_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"testing"
	"time"
	"weak"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/serve"
)

// watched is a provider whose functions are asked for under the context of a request, and which shows that context to the test.
type watched struct{ seen func(context.Context) }

func (watched) Metadata(context.Context, provider.MetadataRequest, *provider.MetadataResponse) {}
func (watched) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{}
}
func (watched) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}
func (watched) DataSources(context.Context) []func() datasource.DataSource                        { return nil }
func (watched) Resources(context.Context) []func() resource.Resource                              { return nil }
func (w watched) Functions(ctx context.Context) []func() function.Function {
	if w.seen != nil {
		w.seen(ctx)
	}
	return nil
}

// calls are the requests that a CLI makes for each instance. What they name is unknown to the provider, which keeps their contexts all the
// same.
var calls = map[string]func(context.Context, tfprotov6.ProviderServer) error{
	"ValidateResourceConfig": func(ctx context.Context, s tfprotov6.ProviderServer) error {
		_, err := s.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{})
		return err
	},
	"UpgradeResourceState": func(ctx context.Context, s tfprotov6.ProviderServer) error {
		_, err := s.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{})
		return err
	},
	"UpgradeResourceIdentity": func(ctx context.Context, s tfprotov6.ProviderServer) error {
		_, err := s.UpgradeResourceIdentity(ctx, &tfprotov6.UpgradeResourceIdentityRequest{})
		return err
	},
	"ReadResource": func(ctx context.Context, s tfprotov6.ProviderServer) error {
		_, err := s.ReadResource(ctx, &tfprotov6.ReadResourceRequest{})
		return err
	},
	"PlanResourceChange": func(ctx context.Context, s tfprotov6.ProviderServer) error {
		_, err := s.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{})
		return err
	},
	"ApplyResourceChange": func(ctx context.Context, s tfprotov6.ProviderServer) error {
		_, err := s.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{})
		return err
	},
	"ImportResourceState": func(ctx context.Context, s tfprotov6.ProviderServer) error {
		_, err := s.ImportResourceState(ctx, &tfprotov6.ImportResourceStateRequest{})
		return err
	},
	"ValidateDataResourceConfig": func(ctx context.Context, s tfprotov6.ProviderServer) error {
		_, err := s.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{})
		return err
	},
	"ReadDataSource": func(ctx context.Context, s tfprotov6.ProviderServer) error {
		_, err := s.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{})
		return err
	},
	"ValidateEphemeralResourceConfig": func(ctx context.Context, s tfprotov6.ProviderServer) error {
		_, err := s.ValidateEphemeralResourceConfig(ctx, &tfprotov6.ValidateEphemeralResourceConfigRequest{})
		return err
	},
	"OpenEphemeralResource": func(ctx context.Context, s tfprotov6.ProviderServer) error {
		_, err := s.OpenEphemeralResource(ctx, &tfprotov6.OpenEphemeralResourceRequest{})
		return err
	},
	"CloseEphemeralResource": func(ctx context.Context, s tfprotov6.ProviderServer) error {
		_, err := s.CloseEphemeralResource(ctx, &tfprotov6.CloseEphemeralResourceRequest{})
		return err
	},
	"CallFunction": func(ctx context.Context, s tfprotov6.ProviderServer) error {
		_, err := s.CallFunction(ctx, &tfprotov6.CallFunctionRequest{Name: "none"})
		return err
	},
}

type key struct{}

// kept tells whether a server keeps what a request hung on its context.
func kept(t *testing.T, server tfprotov6.ProviderServer, call func(context.Context, tfprotov6.ProviderServer) error) bool {
	t.Helper()
	held := func() weak.Pointer[[1 << 16]byte] {
		value := new([1 << 16]byte)
		// As the plugin library does, which cancels the context of a request when it is over.
		ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, value))
		defer cancel()
		if err := call(ctx, server); err != nil {
			t.Fatal(err)
		}
		return weak.Make(value)
	}()
	runtime.GC()
	kept := held.Value() != nil
	runtime.KeepAlive(server)
	return kept
}

func TestServerForgetsWhatItHasAnswered(t *testing.T) {
	t.Parallel()
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if kept(t, serve.Server(watched{}), call) {
				t.Error("the server keeps the context of a request that it has answered")
			}
		})
	}
}

// While the framework keeps every context, forgetting is needed. When this fails, it is not any more, and internal/serve can shrink.
func TestFrameworkKeepsWhatItHasAnswered(t *testing.T) {
	t.Parallel()
	for name, call := range calls {
		if !kept(t, providerserver.NewProtocol6(watched{})(), call) {
			t.Errorf("%s: the framework no longer keeps the context of a request", name)
		}
	}
}

// A request under way sees all of its context, and one that was answered sees that it is over.
func TestContextOfARequest(t *testing.T) {
	t.Parallel()
	cause := errors.New("the CLI was interrupted")
	ctx, cancel := context.WithCancelCause(context.WithValue(t.Context(), key{}, "value"))
	deadline := time.Now().Add(time.Hour)
	ctx, stop := context.WithDeadline(ctx, deadline)
	defer stop()

	var during context.Context
	server := serve.Server(watched{seen: func(seen context.Context) {
		during = seen
		if got := seen.Value(key{}); got != "value" {
			t.Errorf("value %v", got)
		}
		if got, ok := seen.Deadline(); !ok || !got.Equal(deadline) {
			t.Errorf("deadline %v, %t", got, ok)
		}
		if seen.Err() != nil {
			t.Errorf("it is over before it was answered: %v", seen.Err())
		}
		cancel(cause)
		select {
		case <-seen.Done():
		case <-time.After(10 * time.Second):
			t.Error("an interrupt does not reach the request")
		}
		if got := fmt.Sprint(seen.Err(), ": ", context.Cause(seen)); got != "context canceled: the CLI was interrupted" {
			t.Errorf("it ended with %s", got)
		}
	}})
	if err := calls["CallFunction"](ctx, server); err != nil {
		t.Fatal(err)
	}
	if during == nil {
		t.Fatal("the provider was not asked")
	}
	if err := during.Err(); !errors.Is(err, context.Canceled) {
		t.Errorf("after the answer: %v", err)
	}
	if got := during.Value(key{}); got != nil {
		t.Errorf("after the answer it still holds %v", got)
	}
	if got, ok := during.Deadline(); ok {
		t.Errorf("after the answer it has the deadline %v", got)
	}
}

// StopProvider ends what is under way, also below a context that is let go of later.
func TestStopReachesARequest(t *testing.T) {
	t.Parallel()
	var server tfprotov6.ProviderServer
	stopped := false
	server = serve.Server(watched{seen: func(seen context.Context) {
		if _, err := server.StopProvider(seen, &tfprotov6.StopProviderRequest{}); err != nil {
			t.Error(err)
		}
		stopped = errors.Is(seen.Err(), context.Canceled)
	}})
	if err := calls["CallFunction"](t.Context(), server); err != nil {
		t.Fatal(err)
	}
	if !stopped {
		t.Error("the request goes on")
	}
}
