namespace Mockstagram.Simulator.Faults;

/// <summary>How often each fault happens, as shares of all requests. Immutable and safe for concurrent use.</summary>
public sealed class FaultRates
{
    // The sum of the rates up to and including each kind, in the order of FaultNames.Kinds.
    private readonly double[] _limits;
    private readonly double[] _rates;

    private FaultRates(double[] rates)
    {
        _rates = rates;
        _limits = new double[FaultNames.Kinds.Count];
        foreach (var (index, kind) in FaultNames.Kinds.Index())
        {
            Total += rates[(int)kind];
            _limits[index] = Total;
        }
    }

    /// <summary>Every answer is good.</summary>
    public static FaultRates None { get; } = new(new double[FaultNames.Kinds.Count + 1]);

    /// <summary>The share of requests that get any fault. More than 1 is a mistake that <see cref="Validate"/> reports.</summary>
    public double Total { get; }

    /// <summary>The share of requests that get this fault, from 0 to 1.</summary>
    public double this[FaultKind kind] => _rates[(int)kind];

    /// <summary>One fault at one rate and nothing else: <c>Only(FaultKind.Unavailable, 1)</c> takes the provider away.</summary>
    public static FaultRates Only(FaultKind kind, double rate) => None.With(kind, rate);

    /// <summary>Every fault but not found at the same rate.</summary>
    public static FaultRates Each(double rate)
    {
        var rates = None;
        foreach (var kind in FaultNames.Kinds)
        {
            if (kind != FaultKind.NotFound)
                rates = rates.With(kind, rate);
        }
        return rates;
    }

    /// <summary>The same rates but for one fault.</summary>
    public FaultRates With(FaultKind kind, double rate)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(kind, FaultKind.None);
        var rates = (double[])_rates.Clone();
        rates[(int)kind] = rate;
        return new FaultRates(rates);
    }

    /// <summary>The same rates but for the fault of that name, or all of them; null when no fault has that name.</summary>
    public FaultRates? TryWith(string name, double rate) =>
        name == FaultNames.All ? Each(rate)
        : FaultNames.Find(name) is { } kind ? With(kind, rate)
        : null;

    /// <summary>As on the command line: <c>503=0.05 reset=0.01</c>, or <c>none</c>.</summary>
    public override string ToString() => Total == 0
        ? "none"
        : string.Join(' ', FaultNames.Kinds.Where(kind => this[kind] != 0).Select(kind => FormattableString.Invariant($"{FaultNames.NameOf(kind)}={this[kind]}")));

    /// <summary>What is wrong with the rates, in words; nothing when they can be used.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        foreach (var kind in FaultNames.Kinds)
        {
            if (this[kind] is not (>= 0 and <= 1))
                errors.Add(FormattableString.Invariant($"The rate of fault {FaultNames.NameOf(kind)} is {this[kind]}; it must be from 0 to 1."));
        }
        // A hair more than 1 is what adding up so many rates can cost in rounding.
        if (errors.Count == 0 && Total > 1 + 1e-9)
            errors.Add(FormattableString.Invariant($"The rates of all faults together are {Total}; they must be at most 1."));
        return errors;
    }

    /// <summary>The fault that a uniform number from 0 to 1 falls on.</summary>
    internal FaultKind Pick(double draw)
    {
        for (var i = 0; i < _limits.Length; i++)
        {
            if (draw < _limits[i])
                return FaultNames.Kinds[i];
        }
        return FaultKind.None;
    }
}
