using InfluencerAnalytics.Pipeline.Fetching.Control.Answers;
using Microsoft.Extensions.Time.Testing;

namespace InfluencerAnalytics.Tests.Pipeline.Fetching.Control.Answers;

public sealed class RequestsInFlightTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void TakeBusySeconds_SomeAtTheSameTime_TheTimeOnce()
    {
        var requests = new RequestsInFlight(_time);
        Pass(1);
        requests.Begin();
        Pass(2);
        requests.Begin();
        Pass(3);
        requests.End();
        Pass(4);
        requests.End();
        Pass(5);
        requests.TakeBusySeconds().ShouldBe(9, 0.001);
        requests.TakeBusySeconds().ShouldBe(0, 0.001);
    }

    [Fact]
    public void TakeBusySeconds_OneIsStillInFlight_CountsOn()
    {
        var requests = new RequestsInFlight(_time);
        requests.Begin();
        Pass(2);
        requests.TakeBusySeconds().ShouldBe(2, 0.001);
        Pass(3);
        requests.Count.ShouldBe(1);
        requests.End();
        Pass(10);
        requests.TakeBusySeconds().ShouldBe(3, 0.001);
    }

    [Fact]
    public async Task TakeBusySeconds_ManyThreadsThatBeginAndEnd_EndsIdle()
    {
        var requests = new RequestsInFlight(_time);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                requests.Begin();
                requests.End();
            }
        })));
        requests.TakeBusySeconds();
        Pass(5);
        requests.Count.ShouldBe(0);
        requests.TakeBusySeconds().ShouldBe(0, 0.001);
    }

    private void Pass(int seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));
}
