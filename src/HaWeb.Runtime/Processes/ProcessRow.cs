namespace HaWeb.Runtime.Processes;

/// <summary>A process, as a list of processes shows it.</summary>
/// <param name="Id">Its process id, as the engine's machine sees it.</param>
/// <param name="Parent">Its parent's.</param>
/// <param name="Started">When it started: what started later has a larger number, or the same.</param>
/// <param name="Title">Its command line, or what it has made of it.</param>
/// <param name="Session">Its session: the process id of the one that began it; 0 where that is not known.</param>
internal readonly record struct ProcessRow(int Id, int Parent, long Started, string Title, int Session = 0);
