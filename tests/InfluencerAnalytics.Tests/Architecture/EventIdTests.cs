using System.Reflection;
using InfluencerAnalytics.Influencers;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Tests.Architecture;

/// <summary>Alerts and searches of logs go by the event's id, so that one id is one event, in all of the program.</summary>
public sealed class EventIdTests
{
    [Fact]
    public void LoggerMessage_EachId_IsOneEvent()
    {
        var events = new[] { typeof(DataPoint).Assembly, Assembly.Load("InfluencerAnalytics.Embedded"), Assembly.Load("InfluencerAnalytics.Sqs"), Assembly.Load("influencer-analytics"), Assembly.Load("mockstagram-simulator") }
            .SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Select(method => (Name: $"{method.DeclaringType!.DeclaringType?.Name}.{method.Name}", Event: method.GetCustomAttribute<LoggerMessageAttribute>()))
            .Where(method => method.Event is not null)
            .ToList();
        events.Count.ShouldBeGreaterThan(50);
        var shared = events.GroupBy(method => method.Event!.EventId).Where(group => group.Count() > 1);
        shared.Select(group => $"{group.Key}: {string.Join(", ", group.Select(method => method.Name))}").ShouldBeEmpty();
    }
}
