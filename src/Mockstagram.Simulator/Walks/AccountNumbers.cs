namespace Mockstagram.Simulator.Walks;

/// <summary>The two counts of one account at one moment; neither is ever negative.</summary>
public readonly record struct AccountNumbers(int Followers, int Following);
