using System.Xml.Linq;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Tests.Architecture;

/// <summary>A namespace is a room, and arrows between rooms go one way. Without exceptions: two rooms that need each other are one, or hide a third.</summary>
public sealed class RoomTests
{
    /// <summary>Every project of the solution, by its file's path in it.</summary>
    public static TheoryData<string> Projects =>
        [.. XDocument.Load(Path.Combine(Repository.Root, "InfluencerAnalytics.slnx")).Descendants("Project").Select(project => project.Attribute("Path")!.Value)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Rooms_OfAProject_HaveNoCircle(string project)
    {
        var graph = RoomGraph.Read(AssemblyOf(Path.Combine(Repository.Root, project)));
        graph.Rooms.ShouldNotBeEmpty();
        graph.Circles().ShouldBeEmpty();
    }

    [Fact]
    public void Circles_TwoRoomsThatNeedEachOther_AreNamedWithBothArrows()
    {
        var graph = new RoomGraph([], [Arrow("A.X.One", "A.Y.Two"), Arrow("A.Y.Two", "A.Z.Three"), Arrow("A.Z.Three", "A.Y.Four"), Arrow("A.X.One", "A.Z.Three")]);
        graph.Circles().ShouldBe(["A.Y -> A.Z (Two -> Three), A.Z -> A.Y (Three -> Four)"]);
    }

    [Fact]
    public void Circles_ARoomAndOneWithinIt_AreOneToo()
    {
        var graph = new RoomGraph([], [Arrow("A.One", "A.X.Two"), Arrow("A.X.Two", "A.One")]);
        graph.Circles().ShouldHaveSingleItem();
    }

    [Fact]
    public void Arrows_OfTheDomain_HoldWhatBodiesSignaturesAndGenericArgumentsName()
    {
        var arrows = RoomGraph.Read(typeof(DataPoint).Assembly.Location).Arrows;
        arrows.ShouldContain(arrow => arrow.From == "InfluencerAnalytics.Stores.Points" && arrow.To == "InfluencerAnalytics.Influencers");
        // In an async method's body only.
        arrows.ShouldContain(arrow => arrow.From == "InfluencerAnalytics.Pipeline.Fetching" && arrow.ToType == "DataPointMessageWriter");
    }

    // Built beside this one: in the same configuration, for the same framework.
    private static string AssemblyOf(string project)
    {
        var name = XDocument.Load(project).Descendants("AssemblyName").SingleOrDefault()?.Value ?? Path.GetFileNameWithoutExtension(project);
        var framework = new DirectoryInfo(AppContext.BaseDirectory);
        var path = Path.Combine(Path.GetDirectoryName(project)!, "bin", framework.Parent!.Name, framework.Name, $"{name}.dll");
        File.Exists(path).ShouldBeTrue($"{path} is not there: build the whole solution first.");
        return path;
    }

    private static RoomArrow Arrow(string from, string to) => new(RoomOf(from), NameOf(from), RoomOf(to), NameOf(to));

    private static string RoomOf(string type) => type[..type.LastIndexOf('.')];

    private static string NameOf(string type) => type[(type.LastIndexOf('.') + 1)..];
}
