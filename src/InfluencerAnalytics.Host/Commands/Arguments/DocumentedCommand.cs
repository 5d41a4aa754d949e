using System.CommandLine;

namespace InfluencerAnalytics.Host.Commands.Arguments;

/// <summary>A command with more to say in its own help than fits the line that its parent's help shows.</summary>
/// <param name="name">What the user types.</param>
/// <param name="description">One sentence or two.</param>
/// <param name="notes">Examples and what else a newcomer needs, printed below the options.</param>
internal sealed class DocumentedCommand(string name, string description, string notes) : Command(name, description)
{
    public string Notes { get; } = notes;
}
