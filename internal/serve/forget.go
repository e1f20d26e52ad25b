package serve

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// frameworkServer is what the framework's server offers and this provider needs.
type frameworkServer interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
}

// forgetful answers with the framework's server. The framework keeps the context of every request until the process ends, so that it can cancel the
// request, and with it the loggers and the buffers of the connection. With several requests for each instance, that was most of the memory of a
// large plan. So each request that is made once for each instance gets a context that releases all of this when the request is answered.
type forgetful struct {
	frameworkServer

	// schemas are the framework's own, asked for once.
	schemas func(context.Context) (*tfprotov6.GetProviderSchemaResponse, error)
}

func newForgetful(framework frameworkServer) forgetful {
	var once sync.Once
	var resp *tfprotov6.GetProviderSchemaResponse
	var err error
	return forgetful{framework, func(ctx context.Context) (*tfprotov6.GetProviderSchemaResponse, error) {
		once.Do(func() { resp, err = forget(ctx, &tfprotov6.GetProviderSchemaRequest{}, framework.GetProviderSchema) })
		return resp, err
	}}
}

func (s forgetful) ValidateResourceConfig(
	ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest,
) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return forget(ctx, req, s.frameworkServer.ValidateResourceConfig)
}

func (s forgetful) UpgradeResourceIdentity(
	ctx context.Context, req *tfprotov6.UpgradeResourceIdentityRequest,
) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return forget(ctx, req, s.frameworkServer.UpgradeResourceIdentity)
}

func (s forgetful) ImportResourceState(
	ctx context.Context, req *tfprotov6.ImportResourceStateRequest,
) (*tfprotov6.ImportResourceStateResponse, error) {
	return forget(ctx, req, s.frameworkServer.ImportResourceState)
}

func (s forgetful) ValidateDataResourceConfig(
	ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest,
) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return forget(ctx, req, s.frameworkServer.ValidateDataResourceConfig)
}

func (s forgetful) ValidateEphemeralResourceConfig(
	ctx context.Context, req *tfprotov6.ValidateEphemeralResourceConfigRequest,
) (*tfprotov6.ValidateEphemeralResourceConfigResponse, error) {
	return forget(ctx, req, s.frameworkServer.ValidateEphemeralResourceConfig)
}

func (s forgetful) CloseEphemeralResource(
	ctx context.Context, req *tfprotov6.CloseEphemeralResourceRequest,
) (*tfprotov6.CloseEphemeralResourceResponse, error) {
	return forget(ctx, req, s.frameworkServer.CloseEphemeralResource)
}

func (s forgetful) CallFunction(ctx context.Context, req *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	return forget(ctx, req, s.frameworkServer.CallFunction)
}

// forget answers one request under a context that is released afterwards.
func forget[Request, Response any](
	ctx context.Context, req Request, answer func(context.Context, Request) (Response, error),
) (Response, error) {
	request := &requestContext{}
	request.whole.Store(&ctx)
	defer request.whole.Store(nil) //nolint:contextcheck // nothing is called
	return answer(request, req)    //nolint:contextcheck // it is ctx, for as long as that is
}

// requestContext is the context of a request while it is answered, and a canceled one without values afterwards.
type requestContext struct {
	whole atomic.Pointer[context.Context]
}

// over is a closed channel: a context that is done has one.
var over = func() <-chan struct{} {
	done := make(chan struct{})
	close(done)
	return done
}()

func (c *requestContext) Deadline() (deadline time.Time, ok bool) {
	if whole := c.whole.Load(); whole != nil {
		return (*whole).Deadline()
	}
	return time.Time{}, false
}

func (c *requestContext) Done() <-chan struct{} {
	if whole := c.whole.Load(); whole != nil {
		return (*whole).Done()
	}
	return over
}

func (c *requestContext) Err() error {
	if whole := c.whole.Load(); whole != nil {
		return (*whole).Err()
	}
	return context.Canceled
}

func (c *requestContext) Value(key any) any {
	if whole := c.whole.Load(); whole != nil {
		return (*whole).Value(key)
	}
	return nil
}
