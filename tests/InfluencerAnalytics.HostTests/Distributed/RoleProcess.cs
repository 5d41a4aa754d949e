using InfluencerAnalytics.HostTests.Running;

namespace InfluencerAnalytics.HostTests.Distributed;

/// <summary>One process of a role: started, killed, frozen and started again.</summary>
internal sealed class RoleProcess(string name, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?> environment) : IAsyncDisposable
{
    private readonly List<string> _said = [];
    private ProgramProcess? _process;

    public string Name { get; } = name;

    /// <summary>Whether something is being done to it.</summary>
    public bool IsBusy { get; set; }

    /// <summary>What it has printed, over its last lives.</summary>
    public string Output => $"--- {Name}\n{string.Join('\n', _said.TakeLast(2))}\n{_process?.Output}";

    public void Start() => _process = ProgramProcess.Start(arguments, environment);

    /// <summary>As <c>kill -9</c>.</summary>
    public async Task KillAsync()
    {
        if (_process is null)
            return;
        await _process.DisposeAsync();
        _said.Add(_process.Output);
        _process = null;
    }

    /// <summary>As Ctrl-C.</summary>
    public async Task<int> InterruptAsync(CancellationToken cancellationToken)
    {
        _process!.Signal("INT");
        return await _process.ExitAsync(cancellationToken);
    }

    public void Freeze() => _process?.Signal("STOP");

    public void Thaw() => _process?.Signal("CONT");

    /// <summary>The first line that it prints with a text in it, since it was started last.</summary>
    public Task<string> LineAsync(string text, CancellationToken cancellationToken) => _process!.LineAsync(text, cancellationToken);

    /// <summary>The address at which it answers for its health, once it has said so.</summary>
    public async Task<Uri> HealthAsync(CancellationToken cancellationToken)
    {
        var line = await LineAsync("health on ", cancellationToken);
        return new Uri(line[(line.IndexOf("health on ", StringComparison.Ordinal) + "health on ".Length)..].Trim());
    }

    public async ValueTask DisposeAsync() => await KillAsync();
}
