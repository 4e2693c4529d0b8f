using static MiniCpmDist.Protocol.Health.V1.HealthCheckResponse.Types;

namespace MiniCpmDist.Coordinator.Services;

/// <summary>Whether the service takes calls, for health checks.</summary>
internal sealed class HealthState
{
    private readonly Lock _guard = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ServingStatus _status = ServingStatus.NotServing;

    /// <summary>The status, and a task that ends when it is another one.</summary>
    public (ServingStatus Status, Task Changed) Now
    {
        get
        {
            lock (_guard)
                return (_status, _changed.Task);
        }
    }

    public void Set(ServingStatus status)
    {
        lock (_guard)
        {
            if (status == _status)
                return;
            _status = status;
            _changed.SetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
