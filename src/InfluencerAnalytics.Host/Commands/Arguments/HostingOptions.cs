using System.CommandLine;
using System.CommandLine.Parsing;
using InfluencerAnalytics.Influencers;
using Mockstagram.Simulator.Parsing;

namespace InfluencerAnalytics.Host.Commands.Arguments;

/// <summary>Options that several commands have, with the same words and the same checks.</summary>
internal static class HostingOptions
{
    public static Option<string?> Listen() => new("--listen")
    {
        Description = "Where the API listens; http://*:8080 lets other machines in, port 0 takes a free one. [default: http://127.0.0.1:8080]",
        HelpName = "URL",
    };

    public static Option<Uri?> Provider(string description) => new("--provider")
    {
        Description = description,
        HelpName = "URL",
        CustomParser = ReadAddress,
    };

    public static Option<bool> AcceptProvider() => new("--accept-provider")
    {
        Description = "Go on with this provider on data that hold readings of another.",
    };

    /// <param name="check">What is wrong with a time span, or null.</param>
    public static Option<TimeSpan?> Duration(string name, string description, Func<TimeSpan, string?> check) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = argument =>
        {
            var text = argument.Tokens[0].Value;
            var problem = DurationText.TryParse(text, out var value) ? check(value) : $"is not {DurationText.Forms}.";
            if (problem is null)
                return value;
            argument.AddError($"{name}: '{text}' {problem}");
            return null;
        },
    };

    public static string? CheckInterval(TimeSpan value) => SlotGrid.IsValidInterval(value) ? null : "is not a whole number of seconds from 1s to 1h.";

    private static Uri? ReadAddress(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps))
            return uri;
        argument.AddError($"--provider: '{text}' is not an address such as http://10.0.0.7:3000.");
        return null;
    }
}
