using InfluencerAnalytics.Pipeline.Fetching.Control;
using InfluencerAnalytics.Pipeline.Fetching.Control.Answers;

namespace InfluencerAnalytics.Tests.Pipeline.Fetching.Control;

/// <summary>What a <see cref="ModelProvider"/> is like.</summary>
internal sealed record ModelSpec
{
    /// <summary>How long a server works on a request, on average, in seconds.</summary>
    public double Latency { get; init; } = 0.02;

    /// <summary>How long a request is under way before it is worked on, in seconds.</summary>
    public double Distance { get; init; }

    /// <summary>Whether requests that nobody waits for any more are worked on like any other.</summary>
    public bool WorksOnTheDead { get; init; }

    /// <summary>How many requests are worked on at once; the others wait in line.</summary>
    public int Servers { get; init; } = 100;

    /// <summary>With more requests than this, all of them take longer: by (requests / this) to the power of <see cref="Collapse"/>, at most 10 times.</summary>
    public double CongestedFrom { get; init; } = double.PositiveInfinity;

    public double Collapse { get; init; }

    /// <summary>Answers 503 to more requests than <see cref="CongestedFrom"/> instead.</summary>
    public bool Sheds { get; init; }

    /// <summary>Answers 429 beyond so many a second; a tenth of a second's worth may come at once.</summary>
    public double Limit { get; init; } = double.PositiveInfinity;

    /// <summary>Permits that a provider that counts has saved up while nothing was asked.</summary>
    public double Burst => Math.Max(1, Limit / 10);

    /// <summary>Shares of requests that are never answered, answered 503, and answered 429 whatever the rate.</summary>
    public double Hang { get; init; }

    public double Fail { get; init; }

    public double Refuse { get; init; }
}

/// <summary>A provider as a line before so many servers, event by event, with an endless supply of ids before it, or shards of them. A clock of its own.</summary>
internal sealed class ModelProvider(ModelSpec spec, int seed, ModelShards? shards = null)
{
    // How often the program looks whether a break is over.
    private const double LookAgainSeconds = 0.1;

    private readonly Random _random = new(seed);
    private readonly PriorityQueue<(EventKind Kind, Request? Request), double> _events = new();
    private readonly Queue<Request> _line = new();
    private readonly AnswerTimes _times = new(TimeSpan.FromSeconds(5));
    private int _limit;
    private double? _rate;
    private ProviderJudge? _judge;
    private double _tokens = spec.Burst;
    private double _tokensAt;
    private double _nextPermit;
    private bool _isIssueScheduled;
    private bool _isPaced;
    private int _sent;
    private double _wanted;
    private int _ended;
    private double _busySeconds;
    private int _inFlight;
    private int _busy;
    private int _live;
    private int _good;
    private int _failed;
    private int _refused;
    private int _timedOut;
    private double _goodSeconds;

    private enum EventKind
    {
        Issue,
        Fail,
        Refuse,
        TimeOut,
        Arrive,
        Serve,
        Shards,
    }

    public ModelSpec Spec { get; set; } = spec;

    public ModelTime Time { get; } = new();

    private double Now => Time.Seconds;

    /// <summary>Goes on for a window, asked as hard as the judge says, who then judges it.</summary>
    public AnswerWindow Run(ProviderJudge judge, double seconds)
    {
        _judge = judge;
        var window = Run(judge.Limit, judge.Rate, seconds);
        judge.Observe(window, isHanging: _timedOut * 2 > _failed + _refused, isPaused: false);
        return window;
    }

    /// <summary>Goes on for a while with so many requests in flight, and so many a second.</summary>
    public AnswerWindow Run(int limit, double? rate, double seconds)
    {
        (_limit, _rate) = (limit, rate);
        (_good, _failed, _refused, _timedOut, _goodSeconds, _isPaced, _sent) = (0, 0, 0, 0, 0, false, 0);
        (_ended, _busySeconds) = (0, 0);
        var end = Now + seconds;
        Issue();
        while (_events.TryPeek(out var next, out var at) && at <= end)
        {
            _events.Dequeue();
            Advance(at);
            Handle(next.Kind, next.Request);
            Issue();
        }
        Advance(end);
        _times.Adapt();
        // As RequestPacer says it: some had to wait, and the rate was used up but for a tenth.
        _isPaced &= _sent >= rate * seconds * 0.9 - 1;
        // As ProviderControl does.
        _wanted += ((shards?.TakeNew() ?? 0) / seconds - _wanted) * (1 - Math.Exp(-seconds / 5));
        var isBacklogged = shards is null || shards.Waiting > _ended;
        return new AnswerWindow(
            seconds, _busySeconds, shards is null ? double.PositiveInfinity : _wanted, _good, _refused, _failed, _goodSeconds, _timedOut, _times.Limit.TotalSeconds, _inFlight, isBacklogged, _isPaced);
    }

    private void Advance(double to)
    {
        if (_inFlight > 0 || shards is null || shards.Waiting > 0)
            _busySeconds += to - Now;
        Time.Seconds = to;
    }

    private void Handle(EventKind kind, Request? request)
    {
        switch (kind)
        {
            case EventKind.Issue:
                _isIssueScheduled = false;
                return;
            case EventKind.Shards:
                return;
            case EventKind.Fail:
                _failed++;
                End(request!, isGood: false);
                return;
            case EventKind.Refuse:
                _refused++;
                End(request!, isGood: false, isRefused: true);
                return;
            case EventKind.TimeOut when !request!.IsOver:
                request.IsOver = true;
                _failed++;
                _timedOut++;
                End(request, isGood: false);
                return;
            case EventKind.Arrive:
                _live++;
                _line.Enqueue(request!);
                Serve();
                return;
            case EventKind.Serve:
                _busy--;
                _live--;
                if (!request!.IsOver)
                    Answer(request);
                Serve();
                return;
        }
    }

    private void Answer(Request request)
    {
        request.IsOver = true;
        _good++;
        _goodSeconds += Now - request.At;
        End(request, isGood: true);
        _times.Answered(TimeSpan.FromSeconds(Now - request.At));
    }

    private void End(Request request, bool isGood, bool isRefused = false)
    {
        _inFlight--;
        _ended++;
        if (isGood)
            request.Sent?.EndWell();
        else
            request.Sent?.Fail(isRefused);
        if (isGood)
            _judge?.Answered();
        shards?.End(request.Pass!, isGood, Now);
    }

    private void Issue()
    {
        if (shards?.WakeAt(Now) is { } wakeAt)
            _events.Enqueue((EventKind.Shards, null), wakeAt);
        while (_inFlight < _limit && (shards is null || shards.Waiting > 0))
        {
            if (_judge is not null && !_judge.TryPass())
            {
                IssueAgainAt(Now + LookAgainSeconds);
                return;
            }
            if (_rate is { } rate)
            {
                _nextPermit = Math.Max(_nextPermit, Now - 0.01);
                if (_nextPermit > Now)
                {
                    _isPaced = true;
                    IssueAgainAt(_nextPermit);
                    return;
                }
                _nextPermit += 1 / rate;
            }
            _inFlight++;
            Send(shards?.Take());
        }
    }

    private void IssueAgainAt(double at)
    {
        if (!_isIssueScheduled)
            _events.Enqueue((EventKind.Issue, null), at);
        _isIssueScheduled = true;
    }

    private void Send(ModelPass? pass)
    {
        _sent++;
        var request = new Request(Now, pass) { Sent = _judge?.Send(isFirst: pass is null or { Attempt: 1 }) };
        var timeLimit = _times.NextLimit(mayScout: true).TotalSeconds;
        if (_random.NextDouble() < Spec.Hang)
        {
            _events.Enqueue((EventKind.TimeOut, request), Now + timeLimit);
            return;
        }
        if (_random.NextDouble() < Spec.Fail || (Spec.Sheds && _live >= Spec.CongestedFrom))
        {
            _events.Enqueue((EventKind.Fail, request), Now + Spec.Latency);
            return;
        }
        if (_random.NextDouble() < Spec.Refuse || !TakeToken())
        {
            _events.Enqueue((EventKind.Refuse, request), Now + Spec.Latency);
            return;
        }
        _events.Enqueue((EventKind.TimeOut, request), Now + timeLimit);
        _events.Enqueue((EventKind.Arrive, request), Now + Spec.Distance);
    }

    private void Serve()
    {
        while (_busy < Spec.Servers && _line.TryDequeue(out var request))
        {
            if (request.IsOver && !Spec.WorksOnTheDead)
            {
                _live--;
                continue;
            }
            _busy++;
            var slower = _live > Spec.CongestedFrom ? Math.Min(10, Math.Pow(_live / Spec.CongestedFrom, Spec.Collapse)) : 1;
            _events.Enqueue((EventKind.Serve, request), Now + Spec.Latency * slower * (0.7 + 0.6 * _random.NextDouble()));
        }
    }

    private bool TakeToken()
    {
        if (double.IsPositiveInfinity(Spec.Limit))
            return true;
        _tokens = Math.Min(_tokens + (Now - _tokensAt) * Spec.Limit, Spec.Burst);
        _tokensAt = Now;
        if (_tokens < 1)
            return false;
        _tokens--;
        return true;
    }

    private sealed class Request(double at, ModelPass? pass)
    {
        public ModelPass? Pass { get; } = pass;

        public SentRequest? Sent { get; init; }

        public double At { get; } = at;

        public bool IsOver { get; set; }
    }
}
